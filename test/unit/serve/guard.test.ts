import http2 from 'node:http2';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/index.ts';
import { type Metadata, StatusCode } from '../../../src/grpc/index.ts';
import type { MemberApi } from '../../../src/member/index.ts';
import { LeaderLoss } from '../../../src/serve/leader-loss.ts';
import { health } from '../../../src/wire/services/health.ts';
import { kv } from '../../../src/wire/services/kv.ts';
import { lease } from '../../../src/wire/services/lease.ts';
import { lock } from '../../../src/wire/services/lock.ts';
import { maintenance } from '../../../src/wire/services/maintenance.ts';
import { watch } from '../../../src/wire/services/watch.ts';
import { exchange, frame } from '../grpc/server/harness.ts';
import { drain, rejection } from '../grpc/methods.ts';
import { fakeMember, header } from './fake-member.ts';
import { atEnd, bytes, collect, serving } from './harness.ts';
import { TinyMember } from './tiny-member.ts';

const refused = { code: StatusCode.FailedPrecondition, details: 'etcdserver: rpc not supported for learner' };

describe('a learner', () => {
  const learner = () => {
    async function* chunks() {
      yield bytes('image');
    }
    return new TinyMember().asMember({
      isLearner: () => true,
      maintenance: {
        status: async () => maintenance.status.decode(new Uint8Array()),
        snapshot: async () => ({ sizeBytes: 5n, version: '3.7.0', chunks: chunks() }),
      },
    });
  };

  it('answers what it can by itself', async () => {
    const { channel } = await serving(learner());
    const to = channel();
    expect(await to.unary(kv.range, { key: bytes('k'), serializable: true })).toMatchObject({ kvs: [] });
    expect(await to.unary(maintenance.status, {})).toBeDefined();
    expect((await drain(collect(to, maintenance.snapshot, {}))).received.length).toBe(2);
  });

  it.each([
    ['a linearizable range', kv.range, { key: bytes('k') }],
    ['a put', kv.put, { key: bytes('k') }],
    ['an alarm', maintenance.alarm, {}],
    ['health', health.check, {}],
    ['a lock', lock.lock, {}],
    ['a lease', lease.leaseGrant, { TTL: 5n }],
  ])('refuses %s', async (_, method, request) => {
    const { channel } = await serving(learner());
    expect(await rejection(channel().unary(method as typeof kv.range, request))).toMatchObject(refused);
  });

  it.each([watch.watch, lease.leaseKeepAlive, health.watch, kv.rangeStream])(
    'refuses the stream $path',
    async (method) => {
      const { channel } = await serving(learner());
      const call = collect(channel(), method as typeof watch.watch, {});
      expect(await drain(call)).toMatchObject({ received: [], error: refused });
    },
  );
});

describe('the version of a client', () => {
  it('may be anything that is text', async () => {
    const { channel } = await serving(new TinyMember().asMember());
    const metadata: Metadata = { 'client-api-version': '3.7' };
    expect(await channel().unary(kv.range, { key: bytes('k') }, { metadata })).toBeDefined();
  });

  it('is refused when it is no text', async () => {
    const listeners = [{ address: { kind: 'tcp', host: '127.0.0.1', port: 0 } as const }];
    const { served } = await serving(new TinyMember().asMember(), { listeners });
    const [bound] = served.addresses;
    const session = http2.connect(`http://127.0.0.1:${bound?.kind === 'tcp' ? bound.port : 0}`);
    atEnd(() => session.destroy());
    const headers = { ':method': 'POST', ':path': kv.range.path, 'content-type': 'application/grpc' };
    const answer = await exchange(
      session,
      { ...headers, 'client-api-version': '3.\xff' },
      frame(kv.range.encode({ key: bytes('k') })),
    );
    expect(answer.headers).toMatchObject({
      'grpc-status': '3',
      'grpc-message': 'etcdserver: invalid client api version',
    });
  });
});

/** A member whose leader comes and goes. */
function fickle() {
  let hasLeader = true;
  const listeners = new Set<() => void>();
  const member = new TinyMember().asMember({
    hasLeader: () => hasLeader,
    onLeaderChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
  const set = (value: boolean): void => {
    hasLeader = value;
    for (const listener of listeners) listener();
  };
  return { member, set, listeners };
}

const wantsLeader = { metadata: { hasleader: 'true' } };
const noLeader = { code: StatusCode.Unavailable, details: 'etcdserver: no leader' };

describe('a client that wants a leader', () => {
  it('is refused at once where there is none', async () => {
    const { member, set } = fickle();
    set(false);
    const { channel } = await serving(member);
    const to = channel();
    expect(await rejection(to.unary(kv.range, { key: bytes('k') }, wantsLeader))).toMatchObject(noLeader);
    expect(await drain(to.open(watch.watch, wantsLeader))).toMatchObject({ error: noLeader });
    expect(await to.unary(kv.range, { key: bytes('k') })).toBeDefined();
    expect(await to.unary(kv.range, { key: bytes('k') }, { metadata: { hasleader: 'no' } })).toBeDefined();
  });

  it.each([watch.watch, lease.leaseKeepAlive])('loses $path when the leader is gone for long', async (method) => {
    const { member, set } = fickle();
    const clock = new VirtualClock();
    const { channel } = await serving(member, { clock, electionTimeoutMs: 1000 });
    const to = channel();
    const first = method === watch.watch ? { create_request: { key: bytes('k') } } : { ID: 1n };
    const wanting = to.open(method as typeof watch.watch, wantsLeader);
    const easy = to.open(method as typeof watch.watch);
    const [one, other] = [wanting[Symbol.asyncIterator](), easy[Symbol.asyncIterator]()];
    for (const [call, iterator] of [
      [wanting, one],
      [easy, other],
    ] as const) {
      await call.write(first);
      await iterator.next();
    }
    set(false);
    clock.advance(2999);
    set(true);
    clock.advance(10_000);
    set(false);
    clock.advance(2999);
    await wanting.write(first);
    await one.next();
    clock.advance(1);
    expect(await rejection(one.next())).toMatchObject(noLeader);
    await easy.write(first);
    expect((await other.next()).done).toBe(false);
  });
});

describe('LeaderLoss', () => {
  const observed = (member: MemberApi) => {
    const clock = new VirtualClock();
    const loss = new LeaderLoss(member, clock, 100);
    let losses = 0;
    const forget = loss.onLoss(() => (losses += 1));
    return { clock, loss, forget, losses: () => losses };
  };

  it('counts from the beginning where there never was a leader', () => {
    const { member, set } = fickle();
    set(false);
    const { clock, losses } = observed(member);
    clock.advance(299);
    expect(losses()).toBe(0);
    clock.advance(1);
    expect(losses()).toBe(1);
  });

  it('tells once', () => {
    const { member, set } = fickle();
    const { clock, losses } = observed(member);
    for (let turn = 0; turn < 3; turn += 1) {
      set(false);
      clock.advance(1000);
      set(true);
    }
    expect(losses()).toBe(1);
  });

  it('tells nobody who has lost interest', () => {
    const { member, set } = fickle();
    const { clock, forget, losses } = observed(member);
    forget();
    set(false);
    clock.advance(1000);
    expect(losses()).toBe(0);
  });

  it('leaves no timer and no listener', () => {
    const { member, set, listeners } = fickle();
    const { clock, loss, losses } = observed(member);
    set(false);
    loss.stop();
    clock.advance(1000);
    expect(losses()).toBe(0);
    expect(listeners.size).toBe(0);
  });
});

describe('who calls', () => {
  const callers = async (metadata: Metadata): Promise<unknown> => {
    let token: unknown;
    const { member } = fakeMember({
      kv: {
        range: async (_, caller) => {
          ({ token } = caller);
          return { header: header(), kvs: [], more: false, count: 0n };
        },
      },
    });
    const { channel } = await serving(member);
    await channel().unary(kv.range, {}, { metadata });
    return token;
  };

  it.each([
    [{}, undefined],
    [{ token: 'a.1' }, 'a.1'],
    [{ token: 'Bearer a.1' }, 'a.1'],
    [{ authorization: 'Bearer a.1' }, 'a.1'],
    [{ authorization: 'a.1' }, 'a.1'],
    [{ token: 'first', authorization: 'second' }, 'first'],
    [{ token: '' }, ''],
  ])('%j', async (metadata, token) => expect(await callers(metadata)).toBe(token));
});
