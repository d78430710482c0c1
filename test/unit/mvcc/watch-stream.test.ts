import { describe, expect, it } from 'vitest';
import { type EtcdError, refuse } from '../../../src/wire/etcd-error.ts';
import { FakeStream, openWorld, put, settle, text } from './harness.ts';

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

describe('a sink that answers back while it is given something', () => {
  it('may close the stream', () => {
    for (const startRevision of [0n, 1n]) {
      const world = openWorld();
      const others = new FakeStream(world.store);
      const closing: FakeStream = new FakeStream(world.store, {
        sink: {
          isReady: () => true,
          send: (response) => {
            closing.received.push(response);
            if (response.events.length > 0) closing.session.close();
          },
          end: () => undefined,
        },
      });
      for (const stream of [closing, others]) {
        stream.watch('a', '', { start_revision: startRevision });
        stream.watch('a', 'b', { start_revision: startRevision });
      }
      world.store.put(put('a', '1'));
      world.clock.advance(100);
      world.store.put(put('a', '2'));
      expect(closing.events(), `from ${startRevision}`).toEqual(['PUT a=1 2/2 v1']);
      expect(others.events(0n)).toEqual(['PUT a=1 2/2 v1', 'PUT a=2 2/3 v2']);
      expect(others.events(1n)).toEqual(others.events(0n));
    }
  });

  it('may say that it is ready again', () => {
    const world = openWorld();
    let isReady = true;
    const stream: FakeStream = new FakeStream(world.store, {
      sink: {
        isReady: () => isReady,
        send: (response) => {
          stream.received.push(response);
          if (isReady) stream.session.drained();
        },
        end: () => undefined,
      },
    });
    stream.watch('a');
    isReady = false;
    for (const value of ['1', '2', '3', '4']) world.store.put(put('a', value));
    isReady = true;
    stream.session.drained();
    expect(stream.events()).toEqual(['PUT a=1 2/2 v1', 'PUT a=2 2/3 v2', 'PUT a=3 2/4 v3', 'PUT a=4 2/5 v4']);
  });
});
