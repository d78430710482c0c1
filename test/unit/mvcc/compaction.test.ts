import { describe, expect, it } from 'vitest';
import { crc32c, type LogEvent } from '../../../src/base/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import {
  ALL,
  bytes,
  del,
  openWorld,
  opDel,
  opPut,
  opTxn,
  put,
  putMany,
  range,
  read,
  settle,
  text,
  txn,
  type World,
} from './harness.ts';

/** Revisions and keys of the stored records: `2.0 a`, a tombstone `3.0 a x`. */
function records(world: World): string[] {
  return world.disk.records('key').map(([key, value]) => {
    const view = new DataView(key.buffer, key.byteOffset);
    const name = text(value.subarray(2, 2 + value[1]!));
    return `${view.getBigInt64(0)}.${view.getBigInt64(9)} ${name}${key.length === 18 ? ' x' : ''}`;
  });
}

const meta = (world: World): Record<string, bigint> =>
  Object.fromEntries(world.disk.records('meta').map(([k, v]) => [text(k), new DataView(v.buffer).getBigInt64(0)]));

/** a: put 2, 3, deleted 4, put 6; b: put 5, deleted 7; c: put 8. */
function history(world = openWorld()): World {
  const { store } = world;
  store.put(put('a', '1'));
  store.put(put('a', '2'));
  store.deleteRange(del('a'));
  store.put(put('b', '1'));
  store.put(put('a', '3'));
  store.deleteRange(del('b'));
  store.put(put('c', '1'));
  return world;
}

describe('what is kept', () => {
  const all = ['2.0 a', '3.0 a', '4.0 a x', '5.0 b', '6.0 a', '7.0 b x', '8.0 c'];
  it.each([
    [1n, all],
    [2n, all],
    [3n, all.slice(1)],
    [4n, all.slice(2)],
    [5n, all.slice(3)],
    [6n, all.slice(3)],
    [7n, ['6.0 a', '7.0 b x', '8.0 c']],
    [8n, ['6.0 a', '8.0 c']],
  ])(
    '[inv 21] at %i: of each key the newest record, as a tombstone only at that very revision',
    async (revision, kept) => {
      const world = history();
      const later = read(world.store);
      const { done } = world.store.compact(revision);
      settle(world);
      await done;
      expect(records(world)).toEqual(kept);
      expect(read(world.store)).toEqual(later);
      expect(meta(world)).toEqual({ scheduledCompactRev: revision, finishedCompactRev: revision });
      expect(world.store.sizeBytes).toBe(
        world.disk.records('key').reduce((sum, [k, v]) => sum + k.length + v.length, 0),
      );
    },
  );

  it('[inv 21] drops the tombstone that it kept with the next compaction', () => {
    const world = history();
    world.store.compact(7n);
    settle(world);
    world.store.compact(8n);
    settle(world);
    expect(records(world)).toEqual(['6.0 a', '8.0 c']);
    expect(world.store.hashKv(0n).hash).toBe(openWorld({}, world.disk.copy()).store.hashKv(0n).hash);
  });

  it('[inv 21] forgets keys of which nothing is left', () => {
    const world = history();
    expect(world.store.space.index.size).toBe(3);
    world.store.compact(8n);
    settle(world);
    expect(world.store.space.index.size).toBe(2);
  });

  it('[inv 21] leaves nothing of what was put and deleted in one revision before', () => {
    const world = openWorld();
    world.store.txn(txn([opTxn([opPut('a')]), opTxn([opDel('a')])]));
    world.store.put(put('b'));
    expect(records(world)).toEqual(['2.0 a', '2.1 a x', '3.0 b']);
    world.store.compact(2n);
    settle(world);
    expect(records(world)).toEqual(['2.1 a x', '3.0 b']);
    world.store.compact(3n);
    settle(world);
    expect(records(world)).toEqual(['3.0 b']);
  });
});

describe('when', () => {
  it('[inv 19] at once for those who ask, in batches for those who store', () => {
    const world = openWorld({ compactionBatchLimit: 10, compactionPauseMs: 10 });
    for (let i = 0; i < 35; i++) world.store.put(put('a', String(i)));
    world.store.compact(36n);
    expect(() => world.store.range(range('a', '', { revision: 35n }))).toThrow(refuse.compacted());
    expect(meta(world)).toEqual({ scheduledCompactRev: 36n });
    const left = [];
    for (let i = 0; i < 5; i++) {
      left.push(records(world).length);
      world.clock.advance(i === 0 ? 0 : 10);
    }
    expect(left).toEqual([35, 25, 15, 5, 1]);
    expect(meta(world)).toEqual({ scheduledCompactRev: 36n, finishedCompactRev: 36n });
  });

  it('goes on while there are writes', async () => {
    const world = openWorld({ compactionBatchLimit: 7 });
    for (let i = 0; i < 40; i++) world.store.put(put(`k${i % 5}`, String(i)));
    const { done } = world.store.compact(30n);
    for (let i = 0; i < 40; i++) {
      world.clock.advance(5);
      world.store.put(put(`k${i % 6}`, `later ${i}`));
    }
    await done;
    const revisions = records(world).map((record) => Number(record.split('.')[0]));
    expect(revisions.filter((revision) => revision <= 30)).toEqual([26, 27, 28, 29, 30]);
    expect(revisions.filter((revision) => revision > 30)).toHaveLength(51);
  });

  it('one after another, and tells each when it is through', async () => {
    const world = history(openWorld({ compactionBatchLimit: 2 }));
    const finished: number[] = [];
    void world.store.compact(3n).done.then(() => finished.push(3));
    void world.store.compact(6n).done.then(() => finished.push(6));
    await Promise.resolve();
    expect(finished).toEqual([]);
    settle(world);
    await Promise.resolve();
    expect(finished).toEqual([3, 6]);
    expect(records(world)).toEqual(['5.0 b', '6.0 a', '7.0 b x', '8.0 c']);
  });

  it('refuses what was compacted and what is to come', () => {
    const { store } = history();
    expect(() => store.compact(9n)).toThrow(refuse.futureRevision());
    expect(() => store.compact(-1n)).toThrow(refuse.compacted());
    store.compact(5n);
    expect(() => store.compact(5n)).toThrow(refuse.compacted());
    expect(() => store.compact(4n)).toThrow(refuse.compacted());
    expect(store.compactRevision).toBe(5n);
  });

  it('says when it is done', () => {
    const events: LogEvent[] = [];
    const world = history(openWorld({ logger: (event) => events.push(event) }));
    world.store.compact(8n);
    settle(world);
    expect(events).toMatchObject([
      { message: 'finished scheduled compaction', fields: { 'compact-revision': 8n, 'number-of-keys-compacted': 5 } },
      { message: 'storing new hash', fields: { revision: 8n, 'compact-revision': -1n } },
    ]);
    expect(world.store.compactionHashes).toMatchObject([{ hashRevision: 8n, compactRevision: -1n }]);
  });
});

describe('an end in the middle', () => {
  it('[inv 21] is made up for when the store opens again', () => {
    for (let batches = 0; batches <= 4; batches++) {
      const world = history(openWorld({ compactionBatchLimit: 2 }));
      world.store.compact(7n);
      for (let i = 0; i < batches; i++) world.clock.advance(i === 0 ? 0 : 10);
      const reopened = openWorld({}, world.disk.copy());
      world.store.close();
      expect(reopened.store.revision).toBe(8n);
      expect(reopened.store.compactRevision).toBe(7n);
      expect(read(reopened.store)).toEqual(['a=3 6/6 v1', 'c=1 8/8 v1']);
      settle(reopened);
      expect(records(reopened), `after ${batches}`).toEqual(['6.0 a', '7.0 b x', '8.0 c']);
      expect(meta(reopened)).toEqual({ scheduledCompactRev: 7n, finishedCompactRev: 7n });
    }
  });

  it('fails those who wait for it', async () => {
    const world = history(openWorld({ compactionBatchLimit: 1 }));
    const { done } = world.store.compact(7n);
    world.clock.advance(5);
    const before = records(world);
    world.store.close();
    await expect(done).rejects.toThrow(refuse.stopped());
    settle(world);
    expect(records(world)).toEqual(before);
  });

  it('[inv 14] never takes the revision back, though all that had it is gone', () => {
    const world = openWorld();
    world.store.put(put('a'));
    world.store.deleteRange(del('a'));
    world.store.put(put('b'));
    world.store.deleteRange(del(...ALL));
    world.store.compact(5n);
    settle(world);
    world.store.put(put('c'));
    world.store.compact(6n);
    settle(world);
    world.store.deleteRange(del('c'));
    world.store.compact(7n);
    const killed = world.disk.copy();
    // Even had the last tombstone gone before the compaction was noted as finished.
    killed.delete('key', killed.records('key').at(-1)![0]);
    expect(openWorld({}, killed).store.revision).toBe(7n);
  });
});

describe('hashes', () => {
  it('[inv 20] keeps those taken while compacting, for exactly that revision', () => {
    const world = history();
    world.store.compact(4n);
    settle(world);
    const first = world.store.hashKv(4n);
    expect(first).toMatchObject({ compactRevision: -1n, hashRevision: 4n, revision: 8n });
    world.store.compact(7n);
    settle(world);
    expect(world.store.hashKv(7n)).toMatchObject({ compactRevision: 4n, hashRevision: 7n });
    // Served although it was compacted.
    expect(world.store.hashKv(4n)).toEqual(first);
    expect(() => world.store.hashKv(5n)).toThrow(refuse.compacted());
    expect(world.store.hashKv(8n)).toMatchObject({ compactRevision: 7n, hashRevision: 8n });
  });

  it('[inv 20] keeps none of a compaction that did not begin where the one before ended', () => {
    const world = history(openWorld({ compactionBatchLimit: 1 }));
    world.store.compact(3n);
    world.store.compact(6n);
    settle(world);
    expect(world.store.hashKv(3n)).toMatchObject({ compactRevision: -1n });
    expect(world.store.hashKv(6n)).toMatchObject({ compactRevision: 6n });
  });

  it('[inv 20] are of all that is stored where no key is left, as etcd’s are', () => {
    const world = history();
    world.store.compact(6n);
    settle(world);
    world.store.deleteRange(del(...ALL));
    const stored = world.disk.records('key').flat();
    expect(stored).toHaveLength(12);
    expect(world.store.hashKv(0n).hash).toBe(stored.reduce((hash, part) => crc32c(part, hash), crc32c(bytes('key'))));
  });

  it('keeps ten', () => {
    const world = openWorld();
    putMany(world, 12);
    for (let revision = 2n; revision <= 13n; revision++) {
      world.store.compact(revision);
      settle(world);
    }
    expect(() => world.store.hashKv(3n)).toThrow(refuse.compacted());
    expect(world.store.hashKv(4n).hashRevision).toBe(4n);
  });

  it('refuses a revision to come, and has one for before the first', () => {
    const { store } = history();
    expect(() => store.hashKv(9n)).toThrow(refuse.futureRevision());
    expect(store.hashKv(0n)).toEqual(store.hashKv(8n));
    expect(store.hashKv(1n)).toMatchObject({ hash: openWorld().store.hashKv(0n).hash, hashRevision: 1n });
    expect(store.hashKv(-3n)).toMatchObject({ hash: store.hashKv(1n).hash, hashRevision: -3n });
  });
});

describe('a capture', () => {
  it('holds what there was when it was taken', () => {
    const world = history(openWorld({ compactionBatchLimit: 1 }));
    for (const advance of [undefined, 0, 15]) {
      if (advance === 0) world.store.compact(world.store.revision - 1n);
      if (advance !== undefined) world.clock.advance(advance);
      const [captured, now] = [world.store.capture(), world.disk.records('key')];
      const metaRecords = [world.store.metaRecords(), world.disk.records('meta')];
      putMany(world, 700);
      world.store.deleteRange(del('a', 'c'));
      settle(world);
      expect([...captured.get('key')!]).toEqual(now);
      expect(metaRecords[0]).toEqual(metaRecords[1]);
    }
  });

  it('can be read more than once, and by several at a time', () => {
    const records = history().store.capture().get('key')!;
    const [one, two] = [records[Symbol.iterator](), records[Symbol.iterator]()];
    expect(one.next().value).toEqual(two.next().value);
    expect(one.next().value).toEqual(two.next().value);
    expect([...records]).toHaveLength(7);
  });

  it('opens as a store that is the same', () => {
    const world = history();
    world.store.compact(6n);
    settle(world);
    const [captured, metaRecords] = [world.store.capture(), world.store.metaRecords()];
    const copy = openWorld();
    copy.store.put(put('gone', ''));
    copy.store.restore({
      records: (bucket) => (bucket === 'key' ? captured.get('key')! : bucket === 'meta' ? metaRecords : []),
    });
    expect(copy.store.hashKv(0n)).toEqual(world.store.hashKv(0n));
    expect(copy.store.revision).toBe(world.store.revision);
    expect(read(copy.store)).toEqual(read(world.store));
    expect(copy.store.keyCount).toBe(2);
    copy.store.deleteKeys([bytes('a')]);
    expect(copy.store.revision).toBe(9n);
  });
});
