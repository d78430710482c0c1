import { describe, expect, it } from 'vitest';
import { EtcdError, refuse } from '../../../src/wire/etcd-error.ts';
import {
  ALL,
  bytes,
  del,
  FakeDisk,
  FakeStream,
  openWorld,
  opDel,
  opPut,
  put,
  range,
  text,
  txn,
  type World,
} from './harness.ts';

/** Time enough for any watcher to catch up. */
const settle = ({ clock }: World): void => clock.advance(1000);

function putMany({ store }: World, count: number, prefix = 'k', value = ''): void {
  for (let i = 0; i < count; i++) store.put(put(`${prefix}${i}`, value));
}

describe('creating and cancelling', () => {
  it('numbers watchers from 0 on, and takes the numbers that are asked for', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store);
    stream.watch('a');
    stream.watch('a', '', { watch_id: 2n });
    stream.watch('a');
    stream.watch('a');
    stream.cancel(1n);
    stream.watch('a', '', { watch_id: 1n });
    stream.watch('a');
    expect(stream.take()).toEqual([
      '0 @1 | created',
      '2 @1 | created',
      '1 @1 | created',
      '3 @1 | created',
      '1 @1 | canceled',
      '1 @1 | created',
      '4 @1 | created',
    ]);
  });

  it('puts ids, term and revision into every header', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store);
    stream.watch('a');
    world.store.put(put('a', '1'));
    expect(stream.received.map(({ header }) => header)).toEqual([
      { cluster_id: 7n, member_id: 8n, revision: 1n, raft_term: 9n },
      { cluster_id: 7n, member_id: 8n, revision: 2n, raft_term: 9n },
    ]);
  });

  it.each([
    ['a range that ends before it begins', 'b', 'a', {}, 'mvcc: watcher range is empty'],
    ['a range that ends where it begins', 'b', 'b', {}, 'mvcc: watcher range is empty'],
    ['an id that is taken', 'b', '', { watch_id: 5n }, 'mvcc: duplicate watch ID provided on the WatchStream'],
    ['a negative revision', 'b', '', { start_revision: -1n }, 'etcdserver: mvcc: required revision has been compacted'],
  ])('refuses %s', (_, key, end, fields, reason) => {
    const world = openWorld();
    const stream = new FakeStream(world.store);
    stream.watch('a', '', { watch_id: 5n });
    stream.take();
    stream.watch(key, end, fields);
    expect(stream.take()).toEqual([`-1 @1 | created | canceled | ${reason}`]);
    world.store.put(put('b', '1'));
    expect(stream.take()).toEqual([]);
  });

  it.each([
    [refuse.permissionDenied(), 'rpc error: code = PermissionDenied desc = etcdserver: permission denied'],
    [refuse.invalidAuthToken(), 'rpc error: code = Unauthenticated desc = etcdserver: invalid auth token'],
    [refuse.authOldRevision(), 'rpc error: code = InvalidArgument desc = etcdserver: revision of auth store is old'],
    [refuse.userEmpty(), 'rpc error: code = InvalidArgument desc = etcdserver: user name is empty'],
    [refuse.userNotFound(), 'rpc error: code = PermissionDenied desc = etcdserver: permission denied'],
  ])('refuses whom auth refuses: %s', (denial, reason) => {
    const asked: string[] = [];
    const { store } = openWorld();
    const mayWatch = (key: Uint8Array, end: Uint8Array): EtcdError => {
      asked.push(`${text(key)}|${text(end)}`);
      return denial;
    };
    const stream = new FakeStream(store, { mayWatch });
    stream.watch('a', '\0');
    stream.watch('', 'b');
    expect(stream.take()).toEqual(Array(2).fill(`-1 @1 | created | canceled | ${reason}`));
    // As the client sent it: what the end stands for is for auth to know.
    expect(asked).toEqual(['a|\0', '\0|b']);
  });

  it('hears nothing more after a cancel, and ignores one for nobody', () => {
    const world = openWorld();
    const stream = new FakeStream(world.store);
    stream.watch('a');
    world.store.put(put('a', '1'));
    stream.cancel(0n);
    stream.cancel(0n);
    stream.cancel(9n);
    world.store.put(put('a', '2'));
    settle(world);
    expect(stream.take()).toEqual(['0 @1 | created', '0 @2 | PUT a=1 2/2 v1', '0 @2 | canceled']);
  });

  it('leaves nothing behind when a stream closes, and ends streams when the store does', () => {
    const world = openWorld();
    const [closed, open] = [new FakeStream(world.store), new FakeStream(world.store)];
    for (const stream of [closed, open]) {
      stream.watch('a', '', { progress_notify: true });
      stream.watch('a', '', { start_revision: 1n });
      stream.take();
    }
    closed.session.close();
    closed.session.close();
    world.store.put(put('a', '1'));
    closed.watch('a');
    closed.open();
    const reason = refuse.stopped();
    world.store.close(reason);
    world.clock.advance(10_000_000);
    expect(closed.take()).toEqual([]);
    expect(closed.ended).toBeUndefined();
    expect(open.ended).toEqual({ error: reason });
    expect(open.take()).toEqual(['0 @2 | PUT a=1 2/2 v1']);
  });

  it('cuts off a client that asks without end and reads no answers', () => {
    const { store } = openWorld();
    const stream = new FakeStream(store);
    stream.capacity = 0;
    for (let i = 0; i < 10_001; i++) stream.watch('a');
    expect(stream.ended?.error).toEqual(refuse.tooManyRequests());
  });
});

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
    for (let i = 0; i < 250; i++) world.store.txn(txn(Array.from({ length: 100 }, (_, k) => opPut(`${i}/${k}`))));
    const stream = new FakeStream(world.store);
    stream.watch(...ALL, { start_revision: 1n });
    stream.watch('249/99', '', { start_revision: 1n });
    stream.take();
    settle(world);
    const all = stream.received.filter(({ watch_id: id }) => id === 0n);
    expect(all.map(({ events }) => events.length)).toEqual([10_000, 10_000, 5000]);
    expect(stream.events(1n)).toEqual(['PUT 249/99= 251/251 v1']);
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
