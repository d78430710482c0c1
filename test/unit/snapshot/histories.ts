import { array, type Arbitrary, boolean, constantFrom, integer, nat, option, record, tuple } from 'fast-check';
import { History } from './history.ts';

const key = nat({ max: 12 }).map((n) => `key${n}`);
const value = option(constantFrom('', 'v', 'value '.repeat(20)), { nil: undefined, freq: 3 });
const transaction = array(tuple(key, value), { minLength: 1, maxLength: 3 }).map((changes) =>
  // A transaction of etcd's changes a key once.
  changes.filter(([name], i) => changes.findIndex(([other]) => other === name) === i),
);

/** Histories as etcd makes them, with compactions that were finished or broken off. */
export const anyHistory: Arbitrary<History> = record({
  rounds: array(record({ changes: array(transaction, { maxLength: 40 }), compactBack: option(nat({ max: 20 })) }), {
    maxLength: 4,
  }),
  brokenOffAfter: option(integer({ min: 0, max: 10 })),
  dropsTombstones: boolean(),
}).map(({ rounds, brokenOffAfter, dropsTombstones }) => {
  const history = new History();
  history.dropsTombstones = dropsTombstones;
  rounds.forEach(({ changes, compactBack }, i) => {
    for (const change of changes) history.commit(change);
    if (compactBack === null) return;
    const at = history.revision - BigInt(compactBack);
    if (at <= history.compactRevision || at < 1n) return;
    // Only the last compaction can have been broken off: the next start finishes it.
    history.compact(at, i === rounds.length - 1 ? (brokenOffAfter ?? undefined) : undefined);
  });
  return history;
});
