import { compareBytes } from '../base/index.ts';
import type { KeyValue, RangeRequest_SortOrder, RangeRequest_SortTarget } from '../wire/index.ts';

const DESCEND = 2;
const KEY = 0;

type Compare = (a: KeyValue, b: KeyValue) => number;

const COMPARE: Readonly<Record<RangeRequest_SortTarget, Compare>> = {
  0: (a, b) => compareBytes(a.key, b.key),
  1: (a, b) => compareNumbers(a.version, b.version),
  2: (a, b) => compareNumbers(a.create_revision, b.create_revision),
  3: (a, b) => compareNumbers(a.mod_revision, b.mod_revision),
  4: (a, b) => compareBytes(a.value, b.value),
};

/** Sorts in place what is in the order of keys; a target without an order ascends. Equals stay in the order of keys. */
export function sortKeyValues(kvs: KeyValue[], target: RangeRequest_SortTarget, order: RangeRequest_SortOrder): void {
  const compare = COMPARE[target];
  if (target === KEY) {
    if (order === DESCEND) kvs.reverse();
  } else if (order === DESCEND) {
    kvs.sort((a, b) => compare(b, a));
  } else {
    kvs.sort(compare);
  }
}

export function compareNumbers(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
