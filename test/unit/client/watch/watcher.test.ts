import { describe, expect, it } from 'vitest';
import type { WatchSpec, WatchUpdate } from '../../../../src/client/index.ts';
import { ClientError } from '../../../../src/client/index.ts';
import { Watcher, type WatchOptions } from '../../../../src/client/watch/index.ts';
import { GrpcError, StatusCode } from '../../../../src/grpc/index.ts';
import { CUT, event, FakeWatchServer, header, type Script } from '../support/watch-server.ts';

const key = new TextEncoder().encode('k');

const created = (revision = 10n) => ({ header: header(revision), created: true });
const events = (...revisions: bigint[]) => ({
  header: header(99n),
  events: revisions.map((revision) => event(revision)),
});
const canceled = (reason = '') => ({ header: header(10n), canceled: true, cancel_reason: reason });

async function run(
  server: FakeWatchServer,
  spec: Partial<WatchSpec> = {},
  options: WatchOptions = {},
): Promise<WatchUpdate[]> {
  const updates: WatchUpdate[] = [];
  for await (const update of new Watcher({ key, ...spec }, server.source, options).updates()) updates.push(update);
  return updates;
}

const revisionsOf = (updates: readonly WatchUpdate[]): bigint[][] =>
  updates.map((update) => update.events.map(({ kv }) => kv!.mod_revision));

const say =
  (...messages: (object | Error)[]): Script =>
  () =>
    messages;

const part = (revision: bigint, index: number, fragment: boolean) => ({
  header: header(20n),
  fragment,
  events: [event(revision, index)],
});
const notice = (revision: bigint, watch_id = 0n) => ({ header: header(revision), watch_id });

describe('what is asked of the server', () => {
  it('is the whole specification, in fragments if need be', async () => {
    const server = new FakeWatchServer(say(created(), canceled()));
    const rangeEnd = new TextEncoder().encode('l');
    await run(server, { rangeEnd, startRevision: 7n, prevKv: true, filters: [1] });
    expect(server.creates).toEqual([
      {
        key,
        range_end: rangeEnd,
        start_revision: 7n,
        prev_kv: true,
        filters: [1],
        fragment: true,
        progress_notify: true,
      },
    ]);
  });

  it('is a negative revision too, if the user wants one', async () => {
    const server = new FakeWatchServer(
      say({ ...canceled('etcdserver: mvcc: required revision has been compacted'), created: true }),
    );
    const [update] = await run(server, { startRevision: -5n });
    expect(server.creates[0]?.start_revision).toBe(-5n);
    expect(update).toMatchObject({
      canceled: true,
      cancelReason: 'etcdserver: mvcc: required revision has been compacted',
    });
  });
});

describe('what comes out', () => {
  it('is events, then the cancellation as the last', async () => {
    const server = new FakeWatchServer(say(created(), events(11n), events(12n, 13n), canceled('enough'), events(14n)));
    const updates = await run(server);
    expect(revisionsOf(updates)).toEqual([[11n], [12n, 13n], []]);
    expect(updates[0]).toMatchObject({
      header: { revision: 99n },
      created: false,
      canceled: false,
      isProgressNotify: false,
    });
    expect(updates[2]).toMatchObject({ canceled: true, cancelReason: 'enough', compactRevision: 0n });
  });

  it('has the created notice only if wanted, and only once', async () => {
    const scripts = [say(created(), CUT), say(created(), canceled())];
    expect((await run(new FakeWatchServer(...scripts))).map((update) => update.created)).toEqual([false]);
    const updates = await run(new FakeWatchServer(...scripts), {}, { yieldCreated: true });
    expect(updates.map((update) => update.created)).toEqual([true, false]);
  });

  it('names the compacted revision', async () => {
    const server = new FakeWatchServer(say(created(), { header: header(0n), canceled: true, compact_revision: 12n }));
    expect(await run(server, { startRevision: 3n })).toMatchObject([
      { canceled: true, compactRevision: 12n, cancelReason: 'etcdserver: mvcc: required revision has been compacted' },
    ]);
  });

  it('tells a refusal in the words of the server', async () => {
    const reason = 'rpc error: code = PermissionDenied desc = etcdserver: permission denied';
    const server = new FakeWatchServer(
      say({ header: header(4n), watch_id: -1n, created: true, canceled: true, cancel_reason: reason }),
    );
    const updates = await run(server, {}, { yieldCreated: true });
    expect(updates).toEqual([
      {
        header: undefined,
        events: [],
        created: false,
        canceled: true,
        compactRevision: 0n,
        cancelReason: reason,
        isProgressNotify: false,
      },
    ]);
  });
});

describe('fragments', () => {
  it('become one update', async () => {
    const server = new FakeWatchServer(
      say(created(), part(11n, 0, true), part(11n, 1, true), part(12n, 0, false), events(13n), canceled()),
    );
    expect(revisionsOf(await run(server))).toEqual([[11n, 11n, 12n], [13n], []]);
  });

  it('of an unfinished response are asked for again, not delivered', async () => {
    const server = new FakeWatchServer(
      say(created(), events(11n), part(12n, 0, true), CUT),
      say(created(), part(12n, 0, true), part(12n, 1, false), canceled()),
    );
    expect(revisionsOf(await run(server))).toEqual([[11n], [12n, 12n], []]);
    expect(server.creates.map((request) => request.start_revision)).toEqual([0n, 12n]);
  });
});

describe('after a lost connection', () => {
  it('goes on after the last event, whatever the header says', async () => {
    const server = new FakeWatchServer(say(created(), events(11n, 12n), CUT), say(created(), events(15n), canceled()));
    expect(revisionsOf(await run(server))).toEqual([[11n, 12n], [15n], []]);
    expect(server.creates[1]?.start_revision).toBe(13n);
    expect(server.recoveries).toEqual([CUT]);
  });

  it('goes on after its creation when nothing has come yet', async () => {
    const server = new FakeWatchServer(say(created(10n), CUT), say(created(50n), CUT), say(created(50n), canceled()));
    await run(server);
    expect(server.creates.map((request) => request.start_revision)).toEqual([0n, 11n, 11n]);
  });

  it('goes on from where it wanted to start when it was not even created', async () => {
    const server = new FakeWatchServer(say(CUT), say(created(), canceled()));
    await run(server, { startRevision: 5n });
    expect(server.creates.map((request) => request.start_revision)).toEqual([5n, 5n]);
    const fromNow = new FakeWatchServer(say(CUT), say(created(), canceled()));
    await run(fromNow);
    expect(fromNow.creates.map((request) => request.start_revision)).toEqual([0n, 0n]);
  });

  it('does not deliver again what a server repeats', async () => {
    const server = new FakeWatchServer(
      say(created(), events(11n, 12n), CUT),
      say(created(), events(11n), events(12n), events(12n, 13n), events(13n, 14n), canceled()),
    );
    // Repetitions come at the head of a new stream; later ones are the server's own business.
    expect(revisionsOf(await run(server))).toEqual([[11n, 12n], [13n], [13n, 14n], []]);
  });

  it('is cancelled when the history is gone meanwhile', async () => {
    const server = new FakeWatchServer(
      say(created(), events(11n), CUT),
      say(created(), { header: header(0n), canceled: true, compact_revision: 40n }),
    );
    expect((await run(server)).at(-1)).toMatchObject({ canceled: true, compactRevision: 40n });
  });

  it('takes a polite end of the stream for a lost connection', async () => {
    const server = new FakeWatchServer(say(created(), events(11n)), say(created(), canceled()));
    expect(revisionsOf(await run(server))).toEqual([[11n], []]);
    expect(server.recoveries).toEqual([undefined]);
  });

  it('lets every stream go', async () => {
    const server = new FakeWatchServer(say(created(), CUT), say(created(), canceled()));
    await run(server);
    expect(server.canceled).toBe(2);
  });
});

describe('a stale token', () => {
  it.each([
    'etcdserver: invalid auth token',
    'rpc error: code = Unauthenticated desc = etcdserver: invalid auth token',
  ])('in the reason of a refusal is a case for recovery: %s', async (reason) => {
    const server = new FakeWatchServer(
      say({ created: true, canceled: true, cancel_reason: reason }),
      say(created(), canceled('end')),
    );
    expect((await run(server)).map((update) => update.cancelReason)).toEqual(['end']);
    expect(server.recoveries).toMatchObject([
      { code: StatusCode.Unauthenticated, details: 'etcdserver: invalid auth token' },
    ]);
  });
});

describe('progress', () => {
  it('is shown to who asked for it', async () => {
    const script = say(created(), notice(30n), canceled());
    expect((await run(new FakeWatchServer(script))).map((update) => update.isProgressNotify)).toEqual([false]);
    const updates = await run(new FakeWatchServer(script), { progressNotify: true });
    expect(updates).toMatchObject([
      { isProgressNotify: true, header: { revision: 30n }, events: [] },
      { canceled: true },
    ]);
  });

  it('moves the point to resume from, past compactions', async () => {
    const server = new FakeWatchServer(
      say(created(), notice(30n), CUT),
      say(created(), notice(20n), CUT),
      say(created(), canceled()),
    );
    await run(server);
    expect(server.creates.map((request) => request.start_revision)).toEqual([0n, 31n, 31n]);
  });

  it('on request is shown to all, but nothing resumes from it', async () => {
    const server = new FakeWatchServer(say(created(), notice(30n, -1n), CUT), say(created(), canceled()));
    expect((await run(server)).map((update) => update.isProgressNotify)).toEqual([true, false]);
    expect(server.creates[1]?.start_revision).toBe(11n);
  });

  it('is requested at once, or as soon as the watch is set up', async () => {
    let next: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      next = resolve;
    });
    const server = new FakeWatchServer(say(CUT), async function* () {
      yield created();
      yield events(11n);
      await gate;
      yield canceled();
    });
    const watcher = new Watcher({ key }, server.source, {});
    watcher.requestProgress();
    expect(server.progressRequests).toEqual([]);
    for await (const update of watcher.updates()) {
      if (update.events.length > 0) {
        expect(server.progressRequests).toEqual([1]);
        watcher.requestProgress();
        expect(server.progressRequests).toEqual([1, 1]);
        next?.();
      }
    }
  });
});

describe('the end', () => {
  it('comes without a word when the signal fires', async () => {
    const controller = new AbortController();
    const server = new FakeWatchServer(async function* () {
      yield created();
      yield events(11n);
      controller.abort();
      yield events(12n);
    });
    expect(revisionsOf(await run(server, {}, { signal: controller.signal }))).toEqual([[11n]]);
    expect(await run(server, {}, { signal: controller.signal })).toEqual([]);
  });

  it('lets the stream go when the reader has had enough', async () => {
    const server = new FakeWatchServer(say(created(), events(11n), events(12n)));
    for await (const update of new Watcher({ key }, server.source, {}).updates()) {
      expect(update.events).toHaveLength(1);
      break;
    }
    expect(server.canceled).toBe(1);
  });

  it('is a cancellation with the failure when no other stream would fare better', async () => {
    const denied = new GrpcError(StatusCode.PermissionDenied, 'etcdserver: permission denied');
    const server = new FakeWatchServer(say(created(), denied));
    const failure = new ClientError('rpc', 'etcdserver: permission denied', { explanations: [{ cause: 'why' }] });
    const source = { ...server.source, fail: async () => failure };
    const updates: WatchUpdate[] = [];
    for await (const update of new Watcher({ key }, source, {}).updates()) updates.push(update);
    expect(updates).toMatchObject([{ canceled: true, cancelReason: 'etcdserver: permission denied', error: failure }]);
  });

  it('is an exception when something is wrong with the program', async () => {
    const server = new FakeWatchServer(say(created(), new TypeError('a bug')));
    await expect(run(server)).rejects.toThrow('a bug');
  });
});
