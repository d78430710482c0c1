import { describe, expect, it } from 'vitest';
import { ALL, bytes, FakeDisk, FakeStream, openWorld, opPut, put, putMany, range, settle, txn } from './harness.ts';

describe('a receiver that is slow', () => {
  it('[inv 28] is held back, and misses nothing once it reads again', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store);
    stream.watch(...ALL);
    stream.take();
    stream.capacity = 3;
    putMany(world, 500);
    settle(world);
    expect(stream.received).toHaveLength(3);
    putMany(world, 500, 'more');
    stream.open(10);
    settle(world);
    expect(stream.received).toHaveLength(13);
    stream.open();
    settle(world);
    const revisions = stream.received.flatMap(({ events }) => events.map(({ kv }) => kv!.mod_revision));
    expect(revisions).toEqual(Array.from({ length: 1000 }, (_, i) => BigInt(i + 2)));
    // One by one while there was room, together afterwards.
    expect(stream.received.length).toBeLessThan(200);
    world.store.put(put('last', ''));
    expect(stream.events().at(-1)).toBe('PUT last= 1002/1002 v1');
  });

  it('[inv 25] gets what waits for it before what comes later, though it has room already', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store);
    stream.watch('a');
    stream.take();
    stream.capacity = 0;
    world.store.put(put('a', '1'));
    stream.capacity = 10;
    world.store.put(put('a', '2'));
    stream.session.drained();
    expect(stream.events()).toEqual(['PUT a=1 2/2 v1', 'PUT a=2 2/3 v2']);
  });

  it('[inv 28] does not hold back others', () => {
    const world = openWorld();
    const [slow, quick] = [new FakeStream(world.store), new FakeStream(world.store)];
    slow.watch(...ALL);
    quick.watch(...ALL);
    slow.capacity = 0;
    putMany(world, 300);
    expect(quick.events()).toHaveLength(300);
    expect(slow.events()).toHaveLength(0);
    slow.open();
    settle(world);
    expect(slow.events()).toEqual(quick.events());
  });

  it('[inv 27] is cancelled when history is compacted past it', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store);
    stream.watch(...ALL);
    stream.take();
    stream.capacity = 0;
    putMany(world, 200);
    world.store.compact(150n);
    settle(world);
    stream.open();
    settle(world);
    const lines = stream.take();
    expect(lines).toHaveLength(129);
    expect(lines.at(-2)).toBe('0 @129 | PUT k127= 129/129 v1');
    expect(lines.at(-1)).toBe('0 @0 | canceled | compacted 150');
  });
});

describe('long histories', () => {
  it('come in responses of a thousand revisions', () => {
    const world = openWorld();
    putMany(world, 2500);
    const stream = new FakeStream(world.store);
    stream.watch(...ALL, { start_revision: 1n });
    stream.take();
    settle(world);
    expect(stream.received.map(({ events, header }) => [events.length, header?.revision])).toEqual([
      [1000, 1001n],
      [1000, 2001n],
      [500, 2501n],
    ]);
  });

  it('are read in turns, revisions whole', () => {
    const world = openWorld();
    for (let i = 0; i < 250; i++) world.store.txn(txn(Array.from({ length: 90 }, (_, k) => opPut(`${i}/${k}`))));
    const stream = new FakeStream(world.store);
    stream.watch(...ALL, { start_revision: 1n });
    stream.watch('249/89', '', { start_revision: 1n });
    stream.take();
    settle(world);
    const all = stream.received.filter(({ watch_id: id }) => id === 0n);
    expect(all.map(({ events }) => events.length)).toEqual([10_080, 10_080, 2340]);
    expect(stream.events(1n)).toEqual(['PUT 249/89= 251/251 v1']);
  });

  it('are read by a thousand watchers at once', () => {
    const world = openWorld();
    putMany(world, 1200);
    const stream = new FakeStream(world.store);
    for (let i = 0; i < 1200; i++) stream.watch(`k${i}`, '', { start_revision: 1n });
    settle(world);
    for (const i of [0, 511, 512, 1199]) expect(stream.events(BigInt(i))).toEqual([`PUT k${i}= ${i + 2}/${i + 2} v1`]);
  });

  it('do not fill one response beyond what may be sent at once', () => {
    const world = openWorld();
    putMany(world, 10, 'k', 'v'.repeat(100));
    const stream = new FakeStream(world.store, { maxResponseBytes: 300 });
    stream.watch(...ALL, { start_revision: 1n });
    stream.take();
    settle(world);
    expect(stream.received.map(({ events }) => events.length)).toEqual([3, 3, 3, 1]);
  });
});

describe('fragments', () => {
  it('[inv 25] come only to those who asked, all but the last flagged', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store, { maxResponseBytes: 1000 });
    stream.watch(...ALL, { fragment: true });
    stream.watch(...ALL);
    stream.take();
    world.store.txn(txn(Array.from({ length: 5 }, (_, i) => opPut(`k${i}`, 'v'.repeat(300)))));
    const [cut, whole] = [0n, 1n].map((id) => stream.received.filter(({ watch_id }) => watch_id === id));
    expect(cut!.map(({ events, fragment }) => [events.length, fragment])).toEqual([
      [2, true],
      [2, true],
      [1, false],
    ]);
    expect(whole!.map(({ events, fragment }) => [events.length, fragment])).toEqual([[5, false]]);
    expect(cut!.every(({ header }) => header?.revision === 2n)).toBe(true);
  });

  it('hold at least one event, however large', () => {
    const { store } = openWorld();
    const stream = new FakeStream(store, { maxResponseBytes: 100 });
    stream.watch(...ALL, { fragment: true });
    stream.take();
    store.txn(txn([opPut('a', 'v'.repeat(500)), opPut('b', 'v'.repeat(500))]));
    expect(stream.received.map(({ events, fragment }) => [events.length, fragment])).toEqual([
      [1, true],
      [1, false],
    ]);
  });
});

describe('progress', () => {
  it('is told on request once for the stream', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store);
    stream.requestProgress();
    stream.watch('a');
    stream.watch('b');
    world.store.put(put('x', ''));
    stream.take();
    stream.requestProgress();
    expect(stream.take()).toEqual(['-1 @2']);
  });

  it('[inv 25] is not told before events that are still to come', () => {
    const world = openWorld();
    putMany(world, 3);
    const stream = new FakeStream(world.store);
    stream.watch(...ALL);
    stream.watch(...ALL, { start_revision: 1n });
    stream.take();
    stream.requestProgress();
    expect(stream.take()).toEqual([]);
    settle(world);
    expect(stream.take()).toEqual(['1 @4 | PUT k0= 2/2 v1, PUT k1= 3/3 v1, PUT k2= 4/4 v1', '-1 @4']);
  });

  it('[inv 25] nor before those that wait for a slow receiver', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store);
    stream.watch(...ALL);
    stream.take();
    stream.capacity = 0;
    putMany(world, 200);
    stream.requestProgress();
    settle(world);
    stream.open();
    settle(world);
    const last = stream.received.at(-1);
    expect(last).toMatchObject({ watch_id: -1n, events: [], header: { revision: 201n } });
    expect(stream.events()).toHaveLength(200);
    expect(stream.received.filter(({ watch_id: id }) => id === -1n)).toHaveLength(1);
  });

  it('is not told of a watcher that begins in the future', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store);
    stream.watch('a');
    stream.watch('b', '', { start_revision: 10n });
    stream.take();
    stream.requestProgress();
    settle(world);
    expect(stream.take()).toEqual([]);
  });

  it('is told at intervals to those who asked, unless they have heard something else', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store, { progressIntervalMs: 1000 });
    stream.watch('a', '', { progress_notify: true });
    stream.watch('b');
    stream.take();
    world.clock.advance(999);
    expect(stream.take()).toEqual([]);
    world.clock.advance(1);
    expect(stream.take()).toEqual(['0 @1']);
    world.store.put(put('a', '1'));
    world.clock.advance(1000);
    expect(stream.take()).toEqual(['0 @2 | PUT a=1 2/2 v1']);
    world.store.put(put('x', ''));
    world.clock.advance(1000);
    expect(stream.take()).toEqual(['0 @3']);
  });

  it('is told no more often than every 100 ms, and a little later by chance', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store, { progressIntervalMs: 1, random: () => 0.5 });
    stream.watch('a', '', { progress_notify: true });
    stream.take();
    world.clock.advance(104);
    expect(stream.take()).toEqual([]);
    world.clock.advance(1);
    expect(stream.take()).toEqual(['0 @1']);
  });

  it('[inv 25] is not told at intervals to one that is behind', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store, { progressIntervalMs: 100 });
    stream.watch(...ALL, { progress_notify: true });
    stream.take();
    stream.capacity = 0;
    putMany(world, 200);
    world.clock.advance(1000);
    stream.open(130);
    world.clock.advance(100);
    const notices = stream.received.filter(({ events }) => events.length === 0);
    for (const notice of notices) expect(notice.header?.revision).toBe(201n);
    expect(stream.events()).toHaveLength(200);
  });
});

it('leaves what it sent as it was, whatever happens to the key', () => {
  const world = openWorld({}, new FakeDisk());
  const stream = new FakeStream(world.store);
  stream.watch('a');
  const pairs = [];
  for (let i = 0; i < 600; i++) {
    world.store.put(put('a', String(i).repeat(100)));
    pairs.push(world.store.range(range('a')).kvs[0]!);
  }
  world.store.compact(600n);
  settle(world);
  const sent = stream.received.flatMap(({ events }) => events.map(({ kv }) => kv!));
  for (const [i, kv] of pairs.entries()) {
    expect(kv.value).toEqual(bytes(String(i).repeat(100)));
    expect(sent[i]).toEqual(kv);
  }
});
