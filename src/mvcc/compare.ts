import { compareBytes } from '../base/index.ts';
import type { Compare, KeyValue } from '../wire/index.ts';
import { LATEST } from './key-space.ts';
import type { ReadView } from './read-view.ts';
import { compareNumbers } from './range-sort.ts';

const EMPTY = new Uint8Array(0);
/** What a key that does not exist is compared as. */
const NOTHING: KeyValue = { key: EMPTY, create_revision: 0n, mod_revision: 0n, version: 0n, value: EMPTY, lease: 0n };

const EQUAL = 0;
const GREATER = 1;
const LESS = 2;
const NOT_EQUAL = 3;
const VALUE = 3;

/**
 * Whether it holds for every key of its range. Keys that do not exist have revisions, version and lease 0, but no value
 * to compare; so with a range that holds no key.
 */
export function compareHolds(view: ReadView, compare: Compare): boolean {
  let holds = true;
  let found = false;
  view.space.visit(compare.key, compare.range_end, LATEST, (segment, slot) => {
    found = true;
    view.space.readRecord(segment, slot);
    holds = holdsFor(compare, view.space.reader.keyValue());
    return holds;
  });
  if (found) return holds;
  return compare.target !== VALUE && holdsFor(compare, NOTHING);
}

function holdsFor(compare: Compare, kv: KeyValue): boolean {
  const difference = differenceOf(compare, kv);
  // Not a union's values but whatever number came off the wire.
  const result: number = compare.result;
  if (result === EQUAL) return difference === 0;
  if (result === NOT_EQUAL) return difference !== 0;
  if (result === GREATER) return difference > 0;
  if (result === LESS) return difference < 0;
  return true;
}

function differenceOf(compare: Compare, kv: KeyValue): number {
  switch (compare.target) {
    case 0:
      return compareNumbers(kv.version, compare.version ?? 0n);
    case 1:
      return compareNumbers(kv.create_revision, compare.create_revision ?? 0n);
    case 2:
      return compareNumbers(kv.mod_revision, compare.mod_revision ?? 0n);
    case 3:
      return compareBytes(kv.value, compare.value ?? EMPTY);
    case 4:
      return compareNumbers(kv.lease, compare.lease ?? 0n);
    default:
      // As etcd has it: an unknown target differs from nothing.
      return 0;
  }
}
