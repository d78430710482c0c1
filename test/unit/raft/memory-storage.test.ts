import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RaftError, RaftInvariantError } from '../../../src/raft/errors.ts';
import { encodedBytes, MemoryStorage } from '../../../src/raft/log/index.ts';
import type { Entry } from '../../../src/raft/types.ts';
import { entries, entry, ids, snapshot } from './log-fixtures.ts';

const unlimited = Number.POSITIVE_INFINITY;

/** A log with the snapshot at 3 (term 3) and the entries 4, 5 and 6 of the terms 4, 5 and 6. */
function storage(): MemoryStorage {
  const made = new MemoryStorage();
  made.applySnapshot(snapshot(3, 3));
  made.append(entries(4, 4, 5, 6));
  return made;
}

function list(found: Entry[] | string): string[] | string {
  return typeof found === 'string' ? found : ids(found);
}

describe('a storage in memory', () => {
  it('begins empty', () => {
    const made = new MemoryStorage();
    expect([made.firstIndex(), made.lastIndex(), made.term(0n)]).toEqual([1n, 0n, 0n]);
    expect(made.initialState()).toMatchObject({ hardState: { term: 0n, vote: 0n, commit: 0n } });
    expect(made.snapshot().index).toBe(0n);
  });

  it.each([
    { index: 2n, term: 'compacted' },
    { index: 3n, term: 3n },
    { index: 4n, term: 4n },
    { index: 6n, term: 6n },
    { index: 7n, term: 'unavailable' },
  ])('knows the term at $index: $term', ({ index, term }) => {
    expect(storage().term(index)).toBe(term);
  });

  it.each([
    { lo: 2n, hi: 6n, max: unlimited, found: 'compacted' },
    { lo: 3n, hi: 4n, max: unlimited, found: 'compacted' },
    { lo: 4n, hi: 5n, max: unlimited, found: ['4/4'] },
    { lo: 4n, hi: 7n, max: unlimited, found: ['4/4', '5/5', '6/6'] },
    // Never before the first entry.
    { lo: 4n, hi: 7n, max: 0, found: ['4/4'] },
    { lo: 4n, hi: 7n, max: encodedBytes(entries(4, 4, 5)), found: ['4/4', '5/5'] },
    { lo: 4n, hi: 7n, max: encodedBytes(entries(4, 4, 5, 6)) - 1, found: ['4/4', '5/5'] },
    { lo: 4n, hi: 7n, max: encodedBytes(entries(4, 4, 5, 6)), found: ['4/4', '5/5', '6/6'] },
  ])('has [$lo, $hi) within $max bytes: $found', ({ lo, hi, max, found }) => {
    expect(list(storage().entries(lo, hi, max))).toEqual(found);
  });

  it('is asked for no more than it has', () => {
    expect(() => storage().entries(4n, 8n, unlimited)).toThrow(RaftInvariantError);
  });

  it('hands out entries that later writes do not change', () => {
    const made = storage();
    const before = made.entries(4n, 7n, unlimited);
    made.append(entries(5, 9));
    expect(list(before)).toEqual(['4/4', '5/5', '6/6']);
  });

  it.each([
    { name: 'at the end', add: entries(7, 7), has: ['4/4', '5/5', '6/6', '7/7'] },
    { name: 'over the end', add: entries(5, 8, 8), has: ['4/4', '8/5', '8/6'] },
    { name: 'over the middle, and shorter', add: entries(5, 8), has: ['4/4', '8/5'] },
    { name: 'in part from before the first', add: entries(2, 2, 3, 8), has: ['8/4'] },
    { name: 'all from before the first', add: entries(1, 1, 2), has: ['4/4', '5/5', '6/6'] },
    { name: 'nothing', add: [], has: ['4/4', '5/5', '6/6'] },
  ])('appends $name', ({ add, has }) => {
    const made = storage();
    made.append(add);
    expect(list(made.entries(4n, made.lastIndex() + 1n, unlimited))).toEqual(has);
  });

  it('leaves no hole', () => {
    expect(() => storage().append(entries(8, 8))).toThrow(RaftInvariantError);
  });

  it('compacts up to an index and keeps its term', () => {
    const made = storage();
    made.compact(5n);
    expect([made.firstIndex(), made.lastIndex(), made.term(5n), made.term(4n)]).toEqual([6n, 6n, 5n, 'compacted']);
    made.compact(6n);
    expect([made.firstIndex(), made.lastIndex()]).toEqual([7n, 6n]);
    expect(() => made.compact(6n)).toThrow(RaftError);
    expect(() => made.compact(7n)).toThrow(RaftInvariantError);
  });

  it('makes a snapshot of an entry that it has', () => {
    const made = storage();
    const { confState } = snapshot(5, 5);
    expect(made.createSnapshot(5n, confState, Uint8Array.of(1))).toMatchObject({ index: 5n, term: 5n });
    expect(made.snapshot()).toMatchObject({ index: 5n, term: 5n, data: Uint8Array.of(1) });
    expect(made.firstIndex()).toBe(4n);
    expect(() => made.createSnapshot(5n, confState, Uint8Array.of())).toThrow(RaftError);
    expect(() => made.createSnapshot(9n, confState, Uint8Array.of())).toThrow(RaftInvariantError);
  });

  it('takes a newer snapshot in place of its log, and no older one', () => {
    const made = storage();
    expect(() => made.applySnapshot(snapshot(3, 3))).toThrow(RaftError);
    made.applySnapshot(snapshot(10, 7));
    expect([made.firstIndex(), made.lastIndex(), made.term(10n)]).toEqual([11n, 10n, 7n]);
    expect(made.initialState().confState.voters).toEqual([1n]);
  });

  it('agrees with a map of entries, whatever is written to it', () => {
    const write = fc.oneof(
      fc.record({ at: fc.integer({ min: 0, max: 4 }), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ compact: fc.integer({ min: 1, max: 40 }) }),
    );
    fc.assert(
      fc.property(fc.array(write, { maxLength: 40 }), (writes) => {
        const made = new MemoryStorage();
        const model = new Map<number, number>();
        let [first, last, term] = [1, 0, 0];
        for (const op of writes) {
          term++;
          if ('compact' in op) {
            if (op.compact >= first && op.compact <= last) {
              made.compact(BigInt(op.compact));
              first = op.compact + 1;
            }
          } else {
            const from = Math.max(first, last + 1 - op.at);
            made.append(Array.from({ length: op.count }, (_, i) => entry(from + i, term)));
            for (let i = 0; i < op.count; i++) {
              model.set(from + i, term);
            }
            last = from + op.count - 1;
          }
          const expected = Array.from({ length: last - first + 1 }, (_, i) => `${model.get(first + i)}/${first + i}`);
          const found = first > last ? [] : made.entries(BigInt(first), BigInt(last + 1), unlimited);
          expect(list(found)).toEqual(expected);
        }
      }),
    );
  });
});

describe('the size of entries', () => {
  it.each([
    { of: entry(1, 1), bytes: 4 },
    { of: entry(1, 1, 0, 'EntryConfChange'), bytes: 6 },
    { of: entry(1, 1, 10), bytes: 16 },
    { of: entry(127, 1), bytes: 4 },
    { of: entry(128, 16_384), bytes: 7 },
    { of: entry(1, 1, 128), bytes: 4 + 1 + 2 + 128 },
    { of: { ...entry(1, 1), index: 0xffff_ffff_ffff_ffffn }, bytes: 2 + 1 + 10 },
    { of: { ...entry(1, 1), index: 1n << 56n }, bytes: 2 + 1 + 9 },
  ])('is that of raft.proto: $bytes', ({ of, bytes }) => {
    expect(encodedBytes([of])).toBe(bytes);
    expect(encodedBytes([of, of])).toBe(2 * bytes);
  });
});
