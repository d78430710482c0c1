import { describe, expect, it } from 'vitest';
import { RaftInvariantError } from '../../../src/raft/errors.ts';
import { Unstable } from '../../../src/raft/log/index.ts';
import { entries, ids, recorder, snapshot } from './log-fixtures.ts';

const unlimited = Number.POSITIVE_INFINITY;

/** Holds the entries 5, 6 and 7 of the terms 1, 1 and 2, of which the first `inProgress` are being written. */
function unstable(inProgress = 0): { held: Unstable; log: string[] } {
  const logger = recorder();
  const held = new Unstable(5n, logger);
  const all = entries(5, 1, 1, 2);
  held.truncateAndAppend(all.slice(0, inProgress));
  held.acceptInProgress();
  held.truncateAndAppend(all.slice(inProgress));
  return { held, log: logger.lines };
}

describe('the unstable end of the log', () => {
  it('is empty to begin with', () => {
    const held = new Unstable(5n, recorder());
    expect([held.firstIndex(), held.lastIndex(), held.term(5n), held.length]).toEqual([
      undefined,
      undefined,
      undefined,
      0,
    ]);
    expect(held.hasNextEntries()).toBe(false);
  });

  it('knows the terms of what it holds', () => {
    const { held } = unstable();
    expect([4n, 5n, 7n, 8n].map((index) => held.term(index))).toEqual([undefined, 1n, 2n, undefined]);
    held.restore(snapshot(9, 3));
    expect([8n, 9n, 10n].map((index) => held.term(index))).toEqual([undefined, 3n, undefined]);
    expect([held.firstIndex(), held.lastIndex()]).toEqual([10n, 9n]);
  });

  it('hands out each entry once', () => {
    const { held } = unstable(1);
    expect(ids(held.nextEntries())).toEqual(['1/6', '2/7']);
    held.acceptInProgress();
    expect(held.nextEntries()).toEqual([]);
    held.truncateAndAppend(entries(8, 2));
    expect(ids(held.nextEntries())).toEqual(['2/8']);
  });

  it('hands out a snapshot once, and keeps it until it is written', () => {
    const { held } = unstable();
    held.restore(snapshot(9, 3));
    expect(held.nextSnapshot()?.index).toBe(9n);
    held.acceptInProgress();
    expect(held.nextSnapshot()).toBeUndefined();
    expect(held.snapshot?.index).toBe(9n);
    held.stableSnapshotTo(8n);
    expect(held.snapshot?.index).toBe(9n);
    held.stableSnapshotTo(9n);
    expect(held.snapshot).toBeUndefined();
  });

  it.each([
    { name: 'at the end', add: entries(8, 2), offset: 5n, inProgress: 7n, has: ['1/5', '1/6', '2/7', '2/8'], says: [] },
    {
      name: 'over entries that nobody writes',
      add: entries(7, 3, 3),
      offset: 5n,
      inProgress: 7n,
      has: ['1/5', '1/6', '3/7', '3/8'],
      says: ['truncate the unstable entries before index 7'],
    },
    {
      name: 'over entries that are being written',
      add: entries(6, 3),
      offset: 5n,
      inProgress: 6n,
      has: ['1/5', '3/6'],
      says: ['truncate the unstable entries before index 6'],
    },
    {
      name: 'over all',
      add: entries(5, 3),
      offset: 5n,
      inProgress: 5n,
      has: ['3/5'],
      says: ['replace the unstable entries from index 5'],
    },
    {
      name: 'over more, which is stable',
      add: entries(3, 3, 3),
      offset: 3n,
      inProgress: 3n,
      has: ['3/3', '3/4'],
      says: ['replace the unstable entries from index 3'],
    },
  ])('appends $name', ({ add, offset, inProgress, has, says }) => {
    const { held, log } = unstable(2);
    held.truncateAndAppend(add);
    expect(ids(held.slice(offset, offset + BigInt(has.length), unlimited))).toEqual(has);
    expect([held.offset, held.offsetInProgress]).toEqual([offset, inProgress]);
    expect(log).toEqual(says);
  });

  it('leaves no hole', () => {
    expect(() => unstable().held.truncateAndAppend(entries(9, 2))).toThrow(RaftInvariantError);
  });

  it.each([
    { at: { index: 5n, term: 1n }, offset: 6n, inProgress: 6n, says: [] },
    // More than was handed out may be acknowledged: an earlier write carried the same entries.
    { at: { index: 7n, term: 2n }, offset: 8n, inProgress: 8n, says: [] },
    {
      at: { index: 9n, term: 2n },
      offset: 5n,
      inProgress: 6n,
      says: ['entry at index 9 missing from unstable log; ignoring'],
    },
    {
      at: { index: 4n, term: 1n },
      offset: 5n,
      inProgress: 6n,
      says: ['entry at index 4 missing from unstable log; ignoring'],
    },
    {
      at: { index: 6n, term: 9n },
      offset: 5n,
      inProgress: 6n,
      says: ['entry at (index,term)=(6,9) mismatched with entry at (6,1) in unstable log; ignoring'],
    },
  ])('lets go of what is written up to $at.term/$at.index', ({ at, offset, inProgress, says }) => {
    const { held, log } = unstable(1);
    held.stableTo(at);
    expect([held.offset, held.offsetInProgress]).toEqual([offset, inProgress]);
    expect(log).toEqual(says);
  });

  it('does not take the end of a snapshot for an entry', () => {
    const { held, log } = unstable();
    held.restore(snapshot(9, 3));
    held.stableTo({ index: 9n, term: 3n });
    expect(log).toEqual(['entry at index 9 matched unstable snapshot; ignoring']);
    expect(held.snapshot?.index).toBe(9n);
  });

  it('starts over from a snapshot', () => {
    const { held } = unstable(2);
    held.restore(snapshot(20, 3));
    expect([held.offset, held.offsetInProgress, held.length]).toEqual([21n, 21n, 0]);
    held.truncateAndAppend(entries(21, 3));
    expect(held.lastIndex()).toBe(21n);
  });

  it.each([
    { lo: 4n, hi: 6n },
    { lo: 6n, hi: 9n },
    { lo: 7n, hi: 6n },
  ])('has no slice [$lo, $hi)', ({ lo, hi }) => {
    expect(() => unstable().held.slice(lo, hi, unlimited)).toThrow(RaftInvariantError);
  });
});
