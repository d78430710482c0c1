import { describe, expect, it } from 'vitest';
import { ALL, del, FakeStream, openWorld, opDel, opPut, put, putMany, settle, text, txn } from './harness.ts';

describe('what a watcher hears', () => {
  it.each([
    ['a key', 'b', '', ['b']],
    ['a range', 'b', 'd', ['b', 'ba', 'c']],
    ['all from a key on', 'c', '\0', ['c', 'd', '\xff\xff']],
    ['no key, so the first there can be', '', '\0', ['a', 'b', 'ba', 'c', 'd', '\xff\xff']],
  ])('watches %s', (_, key, end, heard) => {
    const { store } = openWorld();
    const stream = new FakeStream(store);
    stream.watch(key, end);
    for (const each of ['a', 'b', 'ba', 'c', 'd', '\xff\xff']) store.put(put(each));
    expect(stream.received.flatMap(({ events }) => events.map(({ kv }) => text(kv!.key)))).toEqual(heard);
  });

  it('[inv 25] gets all events of a revision at once, in their order', () => {
    const world = openWorld();
    const [now, later] = [new FakeStream(world.store), new FakeStream(world.store)];
    now.watch(...ALL);
    world.store.txn(txn([opPut('b', '1'), opPut('a', '2'), opPut('c', '3')]));
    world.store.txn(txn([opDel('a', 'c'), opPut('d', '4')]));
    later.watch(...ALL, { start_revision: 2n });
    settle(world);
    const first = 'PUT b=1 2/2 v1, PUT a=2 2/2 v1, PUT c=3 2/2 v1';
    const second = 'DELETE a @3, DELETE b @3, PUT d=4 3/3 v1';
    expect(now.take()).toEqual(['0 @1 | created', `0 @2 | ${first}`, `0 @3 | ${second}`]);
    expect(later.take()).toEqual(['0 @3 | created', `0 @3 | ${first}, ${second}`]);
  });

  it.each([
    ['puts', [0], ['DELETE a @4']],
    ['deletes', [1], ['PUT a=1 2/2 v1', 'PUT a=2 2/3 v2', 'PUT a=3 5/5 v1']],
    ['both', [0, 1], []],
  ])('leaves out %s if told to', (_, filters, heard) => {
    const world = openWorld();
    const [now, later] = [new FakeStream(world.store), new FakeStream(world.store)];
    now.watch('a', '', { filters: filters as (0 | 1)[] });
    world.store.put(put('a', '1'));
    world.store.put(put('a', '2'));
    world.store.deleteRange(del('a'));
    world.store.put(put('a', '3'));
    later.watch('a', '', { filters: filters as (0 | 1)[], start_revision: 2n });
    settle(world);
    expect(now.events()).toEqual(heard);
    expect(later.events()).toEqual(heard);
  });

  it('[inv 30] tells what the key was before, but of a new key nothing, nor of what was compacted', () => {
    const world = openWorld();
    const { store } = world;
    const [now, later, compacted] = [new FakeStream(store), new FakeStream(store), new FakeStream(store)];
    now.watch('a', 'b', { prev_kv: true });
    store.put(put('a', '1'));
    store.put(put('a', '2'));
    store.deleteRange(del('a'));
    store.put(put('a', '3'));
    // Before a revision that both puts and deletes it, the key was what the put replaced.
    store.txn(txn([{ request_txn: txn([opPut('a', '4')]) }, { request_txn: txn([opDel('a')]) }]));
    later.watch('a', '', { prev_kv: true, start_revision: 2n });
    settle(world);
    const expected = [
      'PUT a=1 2/2 v1',
      'PUT a=2 2/3 v2 (was a=1 2/2 v1)',
      'DELETE a @4 (was a=2 2/3 v2)',
      'PUT a=3 5/5 v1',
      'PUT a=4 5/6 v2 (was a=3 5/5 v1)',
      'DELETE a @6 (was a=3 5/5 v1)',
    ];
    expect(now.events()).toEqual(expected);
    expect(later.events()).toEqual(expected);
    store.put(put('a', '5'));
    store.put(put('a', '6'));
    store.compact(8n);
    compacted.watch('a', '', { prev_kv: true, start_revision: 8n });
    settle(world);
    expect(compacted.events()).toEqual(['PUT a=6 7/8 v2']);
  });

  it('[inv 30] tells nothing of what was compacted, though it is still stored', () => {
    const world = openWorld({ compactionBatchLimit: 1, compactionPauseMs: 1000 });
    for (const [key, value] of [
      ['z', ''],
      ['a', '1'],
      ['a', '2'],
    ] as const)
      world.store.put(put(key, value));
    world.store.compact(4n);
    const stream = new FakeStream(world.store);
    stream.watch('a', '', { prev_kv: true, start_revision: 4n });
    world.clock.advance(1);
    expect(world.disk.records('key')).toHaveLength(3);
    expect(stream.events()).toEqual(['PUT a=2 3/4 v2']);
  });

  it('tells watchers on one key apart who want different things', () => {
    const { store } = openWorld();
    const stream = new FakeStream(store);
    store.put(put('a', '1'));
    stream.watch('a');
    stream.watch('a', '', { prev_kv: true });
    stream.watch('a', 'b', { filters: [0] });
    stream.take();
    store.put(put('a', '2'));
    expect(stream.take().sort()).toEqual(['0 @3 | PUT a=2 2/3 v2', '1 @3 | PUT a=2 2/3 v2 (was a=1 2/2 v1)']);
  });
});

describe('where a watcher begins', () => {
  it('[inv 25] resumes at any revision, then goes on with what happens', () => {
    for (let start = 1n; start <= 7n; start++) {
      const world = openWorld();
      putMany(world, 5);
      const stream = new FakeStream(world.store);
      stream.watch(...ALL, { start_revision: start });
      world.store.put(put('while', ''));
      settle(world);
      world.store.put(put('after', ''));
      const revisions = stream.received.flatMap(({ events }) => events.map(({ kv }) => kv!.mod_revision));
      const expected = [2n, 3n, 4n, 5n, 6n, 7n, 8n].filter((revision) => revision >= start);
      expect(revisions, `from ${start}`).toEqual(expected);
    }
  });

  it('[inv 26] hears nothing of what comes before a revision in the future', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store);
    stream.watch('a', '', { start_revision: 4n });
    for (const value of ['2', '3', '4', '5']) world.store.put(put('a', value));
    settle(world);
    expect(stream.take()).toEqual(['0 @1 | created', '0 @4 | PUT a=4 2/4 v3', '0 @5 | PUT a=5 2/5 v4']);
  });

  it('[inv 26] nor when a snapshot takes the place of the history', () => {
    const ahead = openWorld();
    for (let i = 2; i <= 9; i++) ahead.store.put(put('a', String(i)));
    const world = openWorld();
    world.store.put(put('a', '2'));
    const [future, beyond, current] = [
      new FakeStream(world.store),
      new FakeStream(world.store),
      new FakeStream(world.store),
    ];
    future.watch('a', '', { start_revision: 6n });
    beyond.watch('a', '', { start_revision: 11n });
    current.watch('a');
    world.store.put(put('a', '3'));
    world.store.restore(ahead.disk);
    settle(world);
    expect(future.events()).toEqual(['PUT a=6 2/6 v5', 'PUT a=7 2/7 v6', 'PUT a=8 2/8 v7', 'PUT a=9 2/9 v8']);
    expect(beyond.events()).toEqual([]);
    expect(current.events()).toEqual(['PUT a=3 2/3 v2', 'PUT a=4 2/4 v3', 'PUT a=5 2/5 v4', ...future.events()]);
    world.store.put(put('a', '10'));
    world.store.put(put('a', '11'));
    expect(beyond.events()).toEqual(['PUT a=11 2/11 v10']);
  });

  it('goes on after a snapshot that begins where it was, however long it had heard nothing', () => {
    const ahead = openWorld();
    putMany(ahead, 8, 'other');
    ahead.store.compact(6n);
    settle(ahead);
    const world = openWorld();
    const stream = new FakeStream(world.store);
    stream.watch('a');
    putMany(world, 5, 'other');
    world.store.restore(ahead.disk);
    settle(world);
    world.store.put(put('a', '1'));
    expect(stream.take()).toEqual(['0 @1 | created', '0 @10 | PUT a=1 10/10 v1']);
  });

  it('[inv 27] is cancelled if what it is to begin with was compacted, and told how far', () => {
    const world = openWorld();
    putMany(world, 6);
    world.store.compact(5n);
    const stream = new FakeStream(world.store);
    for (const start_revision of [4n, 5n, 1n]) stream.watch(...ALL, { start_revision });
    settle(world);
    const lines = stream
      .take()
      .filter((line) => !line.includes('created'))
      .sort();
    expect(lines).toEqual([
      '0 @0 | canceled | compacted 5',
      '1 @7 | PUT k3= 5/5 v1, PUT k4= 6/6 v1, PUT k5= 7/7 v1',
      '2 @0 | canceled | compacted 5',
    ]);
    stream.watch('k0', '', { watch_id: 2n });
    world.store.put(put('k0', 'again'));
    expect(stream.take().sort()).toEqual([
      '1 @8 | PUT k0=again 2/8 v2',
      '2 @7 | created',
      '2 @8 | PUT k0=again 2/8 v2',
    ]);
  });

  it('[inv 29] hears of a delete at the very revision that history was compacted to', () => {
    const world = openWorld();
    world.store.put(put('a', '1'));
    world.store.put(put('b', '1'));
    world.store.deleteRange(del('a'));
    world.store.compact(4n);
    settle(world);
    const stream = new FakeStream(world.store);
    stream.watch(...ALL, { start_revision: 4n });
    settle(world);
    expect(stream.events()).toEqual(['DELETE a @4']);
    const reopened = openWorld({}, world.disk.copy());
    const again = new FakeStream(reopened.store);
    again.watch(...ALL, { start_revision: 4n });
    settle(reopened);
    expect(again.events()).toEqual(['DELETE a @4']);
  });
});
