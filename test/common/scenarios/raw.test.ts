/** What clients do not show: the services of locks and elections, and watch streams message by message. */
import { expect, it } from 'vitest';
import { type Call, GrpcError } from '../../../src/grpc/index.ts';
import type { Init, WatchRequest, WatchResponse } from '../../../src/wire/index.ts';
import { election } from '../../../src/wire/services/election.ts';
import { lock } from '../../../src/wire/services/lock.ts';
import { watch } from '../../../src/wire/services/watch.ts';
import { describeTogether, type Scene } from '../harness/scenario.ts';
import { bytes, op, text } from '../harness/text.ts';

const statusOf = async (call: Promise<unknown>): Promise<readonly [code: number, message: string]> => {
  const error = await call.then(
    () => new Error('it was answered'),
    (reason: unknown) => reason,
  );
  if (error instanceof GrpcError) return [error.code, error.details];
  throw error;
};

describeTogether('the service of locks', {}, (scene: Scene) => {
  it('gives a lock to one lease after the other', async () => {
    const [client, channel] = [await scene.client(), scene.channel()];
    const [first, second] = [await client.grant(100n), await client.grant(100n)];
    const take = (lease: bigint) => channel.unary(lock.lock, { name: bytes('l'), lease });
    const { key } = await take(first);
    expect(text(key)).toBe(`l/${first.toString(16)}`);
    expect(await take(first), 'who has it gets it').toMatchObject({ key });
    let isFree = false;
    const waiting = take(second).then((answer) => {
      expect(isFree).toBe(true);
      return answer;
    });
    while ((await client.keys('l/', { prefix: true })).length < 2);
    isFree = true;
    await channel.unary(lock.unlock, { key });
    expect(text((await waiting).key)).toBe(`l/${second.toString(16)}`);
    await client.raw.lease.leaseRevoke({ ID: second });
    expect(await client.keys('l/', { prefix: true })).toEqual([]);
    const [, message] = await statusOf(take(0x77n));
    expect(message).toContain('requested lease not found');
  });
});

describeTogether('the service of elections', {}, (scene: Scene) => {
  it('elects, proclaims, tells and makes way', async () => {
    const [client, channel] = [await scene.client(), scene.channel()];
    const name = bytes('e');
    const [one, two] = [await client.grant(100n), await client.grant(100n)];
    expect(await statusOf(channel.unary(election.leader, { name }))).toEqual([2, 'election: no leader']);
    const { leader } = await channel.unary(election.campaign, { name, lease: one, value: bytes('one') });
    expect(text(leader!.key)).toBe(`e/${one.toString(16)}`);
    const word = async (): Promise<string> => text((await channel.unary(election.leader, { name })).kv!.value);
    expect(await word()).toBe('one');
    const observed = channel.open(election.observe);
    await observed.write({ name });
    observed.end();
    const words = observed[Symbol.asyncIterator]();
    const next = async (): Promise<string> => text((await words.next()).value!.kv!.value);
    expect(await next()).toBe('one');
    const second = channel.unary(election.campaign, { name, lease: two, value: bytes('two') });
    while ((await client.keys('e/', { prefix: true })).length < 2);
    await channel.unary(election.proclaim, { leader, value: bytes('one again') });
    expect(await next()).toBe('one again');
    await channel.unary(election.resign, { leader });
    await second;
    expect(await next()).toBe('two');
    expect(await word()).toBe('two');
    observed.cancel();
    const late = channel.unary(election.proclaim, { leader, value: bytes('late') });
    expect(await statusOf(late)).toEqual([2, 'election: not leader']);
  });
});

/** A watch stream: what goes in and what comes out. */
function streamOf(scene: Scene) {
  const call: Call<Init<WatchRequest>, WatchResponse> = scene.channel().open(watch.watch);
  const responses = call[Symbol.asyncIterator]();
  return {
    send: (request: Init<WatchRequest>) => call.write(request),
    next: async (): Promise<WatchResponse> => {
      const { value, done } = await responses.next();
      if (done) throw new Error('the stream has ended');
      return value;
    },
  };
}

describeTogether('a watch stream', {}, (scene: Scene) => {
  it('carries many watches, by ids that the client or the server chooses', async () => {
    const client = await scene.client();
    const { send, next } = streamOf(scene);
    await send({ create_request: { key: bytes('s/a') } });
    expect(await next()).toMatchObject({ created: true, watch_id: 0n, canceled: false });
    await send({ create_request: { key: bytes('s/b'), watch_id: 7n } });
    expect(await next()).toMatchObject({ created: true, watch_id: 7n });
    await send({ create_request: { key: bytes('s/c'), watch_id: 7n } });
    expect(await next(), 'an id that is taken').toMatchObject({ created: true, canceled: true, watch_id: -1n });
    await send({ create_request: { key: bytes('s/c') } });
    expect(await next()).toMatchObject({ created: true, watch_id: 1n });
    await client.put('s/b');
    expect(await next()).toMatchObject({ watch_id: 7n, events: [{ kv: { key: bytes('s/b') } }] });
    await send({ cancel_request: { watch_id: 7n } });
    expect(await next()).toMatchObject({ watch_id: 7n, canceled: true, cancel_reason: '' });
    await client.put('s/b');
    await client.put('s/c');
    expect(await next()).toMatchObject({ watch_id: 1n, events: [{ kv: { key: bytes('s/c') } }] });
  });

  it('[inv 25] sends a revision that is too large for one message in flagged pieces', async () => {
    const client = await scene.client();
    const value = 'v'.repeat(450 * 1024);
    const keys = ['f/1', 'f/2', 'f/3'];
    const write = () => client.txn({ success: keys.map((key) => op.put(key, value)) });
    await write();
    // With what was before, twice as much as a request can hold.
    const { revision } = await write();
    const { send, next } = streamOf(scene);
    const range = { key: bytes('f/'), range_end: bytes('f0'), start_revision: revision };
    await send({ create_request: { ...range, prev_kv: true, fragment: true } });
    await next();
    const pieces: WatchResponse[] = [];
    do pieces.push(await next());
    while (pieces.at(-1)!.fragment);
    expect(pieces.length).toBeGreaterThan(1);
    const events = pieces.flatMap((piece) => piece.events);
    expect(events.map(({ kv }) => text(kv!.key))).toEqual(keys);
    expect(events.map(({ kv }) => kv!.mod_revision)).toEqual(keys.map(() => revision));
    expect(events.map(({ prev_kv }) => prev_kv?.value.length)).toEqual(keys.map(() => value.length));
    await client.del('f/', { prefix: true });
  });
});
