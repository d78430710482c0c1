import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RaftInvariantError } from '../../../src/raft/errors.ts';
import {
  acceptCommitted,
  appliedTo,
  encodedBytes,
  hasNextCommitted,
  MemoryStorage,
  nextCommitted,
  RaftLog,
} from '../../../src/raft/log/index.ts';
import type { Entry } from '../../../src/raft/types.ts';
import { entries, entry, ids, recorder, snapshot } from './log-fixtures.ts';

const unlimited = Number.POSITIVE_INFINITY;

/** A log of the terms given from index 1 on, of which the first `stable` are in storage. */
function logOf(terms: readonly number[], options: { stable?: number; maxApplyingBytes?: number } = {}): RaftLog {
  const storage = new MemoryStorage();
  const all = entries(1, ...terms);
  const stable = options.stable ?? terms.length;
  storage.append(all.slice(0, stable));
  const log = new RaftLog(storage, recorder(), options.maxApplyingBytes ?? unlimited);
  log.append(all.slice(stable));
  return log;
}

function list(found: readonly Entry[] | string): string[] | string {
  return typeof found === 'string' ? found : ids(found);
}

describe('reading across storage and memory', () => {
  it.each([0, 1, 3, 5, 6])('is the same with %i of 6 entries in storage', (stable) => {
    const log = logOf([1, 1, 2, 3, 3, 4], { stable });
    expect([log.firstIndex(), log.lastIndex()]).toEqual([1n, 6n]);
    expect(log.lastId()).toEqual({ term: 4n, index: 6n });
    expect([0n, 1n, 4n, 6n, 7n].map((index) => log.term(index))).toEqual([0n, 1n, 3n, 4n, 'unavailable']);
    for (let lo = 1; lo <= 6; lo++) {
      for (let hi = lo; hi <= 7; hi++) {
        const expected = entries(1, 1, 1, 2, 3, 3, 4).slice(lo - 1, hi - 1);
        expect(list(log.slice(BigInt(lo), BigInt(hi), unlimited))).toEqual(ids(expected));
      }
    }
  });

  it('cuts a slice off by size alike, wherever the entries are', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.nat(12), fc.nat(200), (weights, cut, maxBytes) => {
        const all = weights.map((weight, i) => entry(i + 1, 1, weight));
        const storage = new MemoryStorage();
        storage.append(all.slice(0, cut));
        const log = new RaftLog(storage, recorder(), unlimited);
        log.append(all.slice(cut));
        const found = log.slice(1n, BigInt(all.length + 1), maxBytes);
        let fits = 1;
        while (fits < all.length && encodedBytes(all.slice(0, fits + 1)) <= maxBytes) {
          fits++;
        }
        expect(list(found)).toEqual(ids(all.slice(0, fits)));
      }),
    );
  });

  it('says what is gone, and refuses what cannot be', () => {
    const storage = new MemoryStorage();
    storage.applySnapshot(snapshot(5, 2));
    storage.append(entries(6, 2, 2));
    const log = new RaftLog(storage, recorder(), unlimited);
    expect(log.slice(5n, 7n, unlimited)).toBe('compacted');
    expect([4n, 5n, 6n].map((index) => log.term(index))).toEqual(['compacted', 2n, 2n]);
    expect(log.termOrZero(4n)).toBe(0n);
    expect(() => log.slice(6n, 9n, unlimited)).toThrow(RaftInvariantError);
    expect(() => log.slice(7n, 6n, unlimited)).toThrow(RaftInvariantError);
  });
});

describe('which log is more up to date (§5.4.1)', () => {
  it.each([
    // Own last entry: 3/3.
    { term: 4n, index: 1n, is: true },
    { term: 3n, index: 3n, is: true },
    { term: 3n, index: 4n, is: true },
    { term: 3n, index: 2n, is: false },
    { term: 2n, index: 9n, is: false },
  ])('one that ends with $term/$index: $is', ({ term, index, is }) => {
    expect(logOf([1, 2, 3]).isUpToDate({ term, index })).toBe(is);
  });
});

/** The follower has 1/1 2/2 3/3, and the first is committed. */
function follower(): RaftLog {
  const log = logOf([1, 2, 3], { stable: 2 });
  log.commitTo(1n);
  return log;
}

describe("a follower's append (§5.3)", () => {
  it.each([
    { name: 'a gap', prev: [3, 4], add: [], commit: 3, last: undefined, has: [1, 2, 3], committed: 1n },
    { name: 'another term', prev: [4, 3], add: [4], commit: 3, last: undefined, has: [1, 2, 3], committed: 1n },
    { name: 'nothing, at the end', prev: [3, 3], add: [], commit: 3, last: 3n, has: [1, 2, 3], committed: 3n },
    { name: 'nothing, before the end', prev: [2, 2], add: [], commit: 3, last: 2n, has: [1, 2, 3], committed: 2n },
    { name: 'nothing, at the start', prev: [0, 0], add: [], commit: 3, last: 0n, has: [1, 2, 3], committed: 1n },
    { name: 'the next one', prev: [3, 3], add: [4], commit: 3, last: 4n, has: [1, 2, 3, 4], committed: 3n },
    {
      name: 'two more, one committed',
      prev: [3, 3],
      add: [4, 4],
      commit: 4,
      last: 5n,
      has: [1, 2, 3, 4, 4],
      committed: 4n,
    },
    { name: 'one in place of two', prev: [1, 1], add: [4], commit: 2, last: 2n, has: [1, 4], committed: 2n },
    { name: 'what it has', prev: [1, 1], add: [2], commit: 1, last: 2n, has: [1, 2, 3], committed: 1n },
    {
      name: 'what it has and then another',
      prev: [1, 1],
      add: [2, 4],
      commit: 3,
      last: 3n,
      has: [1, 2, 4],
      committed: 3n,
    },
    { name: 'a commit beyond it', prev: [1, 1], add: [2], commit: 9, last: 2n, has: [1, 2, 3], committed: 2n },
  ])('takes $name', ({ prev: [term = 0, index = 0], add, commit, last, has, committed }) => {
    const log = follower();
    const previous = { term: BigInt(term), index: BigInt(index) };
    expect(log.maybeAppend(previous, entries(index + 1, ...add), BigInt(commit))).toBe(last);
    expect(list(log.slice(1n, log.lastIndex() + 1n, unlimited))).toEqual(ids(entries(1, ...has)));
    expect(log.committed).toBe(committed);
  });

  it('never touches what is committed', () => {
    const log = follower();
    expect(() => log.maybeAppend({ term: 0n, index: 0n }, entries(1, 4), 1n)).toThrow(RaftInvariantError);
    expect(() => log.append(entries(1, 4))).toThrow(RaftInvariantError);
  });
});

describe('finding where two logs may agree', () => {
  it.each([
    { terms: [2, 2, 5, 5, 5], index: 5n, term: 5n, found: { index: 5n, term: 5n } },
    { terms: [2, 2, 5, 5, 5], index: 5n, term: 4n, found: { index: 2n, term: 2n } },
    { terms: [2, 2, 5, 5, 5], index: 4n, term: 9n, found: { index: 4n, term: 5n } },
    { terms: [2, 2, 5, 5, 5], index: 5n, term: 1n, found: { index: 0n, term: 0n } },
    { terms: [], index: 0n, term: 7n, found: { index: 0n, term: 0n } },
    // Beyond the end the log does not know.
    { terms: [2, 2], index: 5n, term: 1n, found: { index: 5n, term: 0n } },
  ])('in $terms from $index, term $term: $found', ({ terms, index, term, found }) => {
    expect(logOf(terms).findConflictByTerm(index, term)).toEqual(found);
  });
});

describe('committing', () => {
  it('never goes back, nor beyond the end', () => {
    const log = logOf([1, 1, 1]);
    log.commitTo(2n);
    log.commitTo(1n);
    expect(log.committed).toBe(2n);
    expect(() => log.commitTo(4n)).toThrow('Was the raft log corrupted, truncated, or lost?');
  });

  it('is only of an entry of the term given (§5.4.2)', () => {
    const log = logOf([1, 2, 2]);
    expect(log.maybeCommit({ term: 1n, index: 3n })).toBe(false);
    expect(log.maybeCommit({ term: 0n, index: 9n })).toBe(false);
    expect(log.maybeCommit({ term: 2n, index: 3n })).toBe(true);
    expect(log.maybeCommit({ term: 2n, index: 3n })).toBe(false);
    expect(log.committed).toBe(3n);
  });
});

describe('handing out committed entries', () => {
  it('waits for the entries to be stable if it must', () => {
    const log = logOf([1, 1, 1, 1], { stable: 2 });
    log.commitTo(3n);
    expect(list(nextCommitted(log, false))).toEqual(['1/1', '1/2']);
    expect(list(nextCommitted(log, true))).toEqual(['1/1', '1/2', '1/3']);
  });

  it('does not hand an entry out twice', () => {
    const log = logOf([1, 1, 1]);
    log.commitTo(2n);
    acceptCommitted(log, nextCommitted(log, true), true);
    expect(hasNextCommitted(log, true)).toBe(false);
    expect(nextCommitted(log, true)).toEqual([]);
    log.commitTo(3n);
    expect(list(nextCommitted(log, true))).toEqual(['1/3']);
  });

  it('waits for a snapshot to be installed', () => {
    const log = logOf([1, 1, 1]);
    log.commitTo(2n);
    log.restore(snapshot(9, 2));
    expect(hasNextCommitted(log, true)).toBe(false);
    expect(log.committed).toBe(9n);
    log.unstable.stableSnapshotTo(9n);
    appliedTo(log, 9n, 0);
    expect(log.applied).toBe(9n);
  });

  it('stops at its limit of bytes until some are applied', () => {
    const [one] = entries(1, 1);
    const size = encodedBytes(one === undefined ? [] : [one]);
    const log = logOf([1, 1, 1, 1, 1], { maxApplyingBytes: 2 * size });
    log.commitTo(5n);
    const first = nextCommitted(log, true);
    expect(list(first)).toEqual(['1/1', '1/2']);
    acceptCommitted(log, first, true);
    expect(hasNextCommitted(log, true)).toBe(false);
    appliedTo(log, 1n, size);
    const second = nextCommitted(log, true);
    expect(list(second)).toEqual(['1/3']);
    acceptCommitted(log, second, true);
    appliedTo(log, 3n, 2 * size);
    expect(list(nextCommitted(log, true))).toEqual(['1/4', '1/5']);
  });

  it('hands out an entry over the limit alone', () => {
    const storage = new MemoryStorage();
    storage.append([entry(1, 1, 100), entry(2, 1, 100)]);
    const log = new RaftLog(storage, recorder(), 10);
    log.commitTo(2n);
    expect(list(nextCommitted(log, true))).toEqual(['1/1']);
  });

  it('never applies backwards or what is not committed', () => {
    const log = logOf([1, 1, 1]);
    log.commitTo(2n);
    appliedTo(log, 2n, 0);
    expect(() => appliedTo(log, 1n, 0)).toThrow(RaftInvariantError);
    expect(() => appliedTo(log, 3n, 0)).toThrow(RaftInvariantError);
  });
});

function isChange({ type }: Entry): boolean {
  return type !== 'EntryNormal';
}

describe('scanning', () => {
  it.each([1, 12, unlimited])('finds an entry in pages of %d bytes', (pageBytes) => {
    const storage = new MemoryStorage();
    storage.append([entry(1, 1), entry(2, 1), entry(3, 1, 0, 'EntryConfChange'), entry(4, 1)]);
    const log = new RaftLog(storage, recorder(), unlimited);
    expect(log.some(1n, 5n, pageBytes, isChange)).toBe(true);
    expect(log.some(1n, 3n, pageBytes, isChange)).toBe(false);
    expect(log.some(4n, 5n, pageBytes, isChange)).toBe(false);
    expect(log.some(4n, 4n, pageBytes, isChange)).toBe(false);
  });
});

describe('the text form', () => {
  it('tells all positions', () => {
    const log = logOf([1, 1, 1], { stable: 2 });
    log.commitTo(2n);
    appliedTo(log, 1n, 0);
    expect(log.describe()).toBe(
      'committed=2, applied=1, applying=1, unstable.offset=3, unstable.offsetInProgress=3, len(unstable.Entries)=1',
    );
  });
});
