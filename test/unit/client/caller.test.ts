import { describe, expect, it, vi } from 'vitest';
import { Deadline } from '../../../src/base/index.ts';
import { Balancer } from '../../../src/client/balancer.ts';
import { Caller } from '../../../src/client/caller.ts';
import type { ClientConfig } from '../../../src/client/index.ts';
import { MAX_ATTEMPTS } from '../../../src/client/retry.ts';
import { Token } from '../../../src/client/token.ts';
import { GrpcError, type Method, StatusCode } from '../../../src/grpc/index.ts';
import { FakeServer, type Reach, refused, type Serve, unavailable } from './support/links.ts';

const method = (path: string): Method<unknown, unknown> => ({
  path: `/etcdserverpb.${path}`,
  requestStream: false,
  responseStream: false,
  encode: () => new Uint8Array(0),
  decode: () => ({}),
});
const range = method('KV/Range');
const put = method('KV/Put');

const fails =
  (error: Error): Serve =>
  () => {
    throw error;
  };
const failsTimes =
  (times: number, error: Error): Serve =>
  () => {
    if (times-- > 0) throw error;
    return 'fine';
  };
const failure = (code: number, details: string): GrpcError => new GrpcError(code, details);

interface Setup {
  readonly servers: readonly (Serve | Reach)[];
  readonly who?: Pick<ClientConfig, 'user' | 'jwt'>;
}

function setUp({ servers: wanted, who = {} }: Setup) {
  const servers = wanted.map((one, index) =>
    typeof one === 'function' ? new FakeServer(`s${index}`, 'up', one) : new FakeServer(`s${index}`, one, () => 'fine'),
  );
  const balancer = new Balancer(
    servers.map(({ node }) => node),
    0,
  );
  const authenticate = vi.fn(async () => ({ header: undefined, token: `token-${authenticate.mock.calls.length}` }));
  const debug = vi.fn();
  const token = new Token(who, authenticate);
  const caller = new Caller(balancer, token, debug);
  return {
    servers,
    balancer,
    caller,
    authenticate,
    debug,
    token,
    callsOf: (index: number) => servers[index]?.calls.length,
  };
}

const alice = { user: { name: 'alice', password: 'pw' } };

describe('a call', () => {
  it('carries the API version, and the token once there is one', async () => {
    const { caller, servers, token } = setUp({ servers: [() => 'fine'], who: alice });
    expect(await caller.unary(range, 'request', {})).toBe('fine');
    await token.renew({});
    await caller.unary(range, 'request', {});
    expect(servers[0]?.calls.map(({ request, options }) => [request, options.metadata])).toEqual([
      ['request', { 'client-api-version': '3.7' }],
      ['request', { 'client-api-version': '3.7', token: 'token-1' }],
    ]);
  });

  it('passes its bounds on', async () => {
    const { caller, servers } = setUp({ servers: [() => 'fine'] });
    const bounds = { deadline: Deadline.after(1000), signal: new AbortController().signal };
    await caller.unary(put, '', bounds);
    expect(servers[0]?.calls[0]?.options).toMatchObject(bounds);
  });

  it('goes out with the first flight when it is a read and there is no choice', async () => {
    const alone = setUp({ servers: [() => 'fine'] });
    await alone.caller.unary(range, '', {});
    expect(alone.servers[0]?.connects).toBe(1);
    const ready = vi.spyOn(alone.balancer, 'ready');
    await alone.caller.unary(range, '', {});
    expect(ready).not.toHaveBeenCalled();
    await alone.caller.unary(put, '', {});
    expect(ready).toHaveBeenCalledTimes(1);
  });
});

describe('a lost call', () => {
  it('is made again elsewhere if it is a read', async () => {
    const { caller, callsOf, debug } = setUp({
      servers: [fails(unavailable('etcdserver: leader changed')), () => 'fine'],
    });
    expect(await caller.unary(range, '', {})).toBe('fine');
    expect([callsOf(0), callsOf(1)]).toEqual([1, 1]);
    expect(debug.mock.calls).toEqual([
      ['/etcdserverpb.KV/Range at s0:1, attempt 0: rpc error: code = Unavailable desc = etcdserver: leader changed'],
    ]);
  });

  it('is not made again if it is a write that may have been done', async () => {
    const lost = unavailable('lost');
    const { caller, callsOf } = setUp({ servers: [fails(lost), () => 'fine'] });
    await expect(caller.unary(put, '', {})).rejects.toBe(lost);
    expect([callsOf(0), callsOf(1)]).toEqual([1, 0]);
    // The next one avoids the endpoint.
    expect(await caller.unary(put, '', {})).toBe('fine');
    expect([callsOf(0), callsOf(1)]).toEqual([1, 1]);
  });

  it('is made again if it is a write that surely was not done', async () => {
    const { caller, callsOf } = setUp({ servers: [fails(unavailable('refused', true)), () => 'fine'] });
    expect(await caller.unary(put, '', {})).toBe('fine');
    expect([callsOf(0), callsOf(1)]).toEqual([1, 1]);
  });

  it('is given up after a hundred answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const noLeader = unavailable('etcdserver: no leader');
    const { caller, callsOf } = setUp({ servers: [fails(noLeader), fails(noLeader)] });
    const call = expect(caller.unary(range, '', {})).rejects.toBe(noLeader);
    // A wait of about 25 ms after each round of two.
    await vi.advanceTimersByTimeAsync(40 * 25);
    expect(callsOf(0)! + callsOf(1)!).toBeLessThan(MAX_ATTEMPTS);
    await vi.advanceTimersByTimeAsync(20 * 25);
    await call;
    expect(callsOf(0)! + callsOf(1)!).toBe(MAX_ATTEMPTS);
    vi.useRealTimers();
  });

  it('is tried for as long as its deadline allows when connections break', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const broken = unavailable('lost', true, refused('s0:1'));
    const { caller, callsOf, servers } = setUp({ servers: [fails(broken)] });
    const call = expect(caller.unary(range, '', { deadline: Deadline.after(10_000) })).rejects.toMatchObject({
      code: StatusCode.DeadlineExceeded,
    });
    await vi.advanceTimersByTimeAsync(10_000);
    await call;
    expect(callsOf(0)).toBeGreaterThan(MAX_ATTEMPTS);
    expect(servers[0]?.node.failure).toBe(broken);
    vi.useRealTimers();
  });

  it.each([
    failure(StatusCode.InvalidArgument, 'etcdserver: key is not provided'),
    failure(StatusCode.ResourceExhausted, 'etcdserver: too many requests'),
    failure(StatusCode.PermissionDenied, 'etcdserver: permission denied'),
    new TypeError('a bug'),
  ])('is not one when the answer is $message', async (error) => {
    const { caller, callsOf } = setUp({ servers: [fails(error), () => 'fine'] });
    await expect(caller.unary(range, '', {})).rejects.toBe(error);
    // Nor is it the endpoint's fault: the next call goes there too.
    await expect(caller.unary(put, '', {})).rejects.toBe(error);
    expect([callsOf(0), callsOf(1)]).toEqual([2, 0]);
  });

  it('is not one when the deadline has passed, but the next call goes elsewhere', async () => {
    const late = failure(StatusCode.DeadlineExceeded, 'context deadline exceeded');
    const { caller, callsOf, servers } = setUp({ servers: [fails(late), () => 'fine'] });
    await expect(caller.unary(range, '', {})).rejects.toBe(late);
    expect(servers[0]?.node.failure).toBe(late);
    expect(await caller.unary(range, '', {})).toBe('fine');
    expect([callsOf(0), callsOf(1)]).toEqual([1, 1]);
  });
});

describe('a stale token', () => {
  const stale = failure(StatusCode.Unauthenticated, 'etcdserver: invalid auth token');
  const old = failure(StatusCode.InvalidArgument, 'etcdserver: revision of auth store is old');
  const anonymous = failure(StatusCode.InvalidArgument, 'etcdserver: user name is empty');
  const elsewhere = failure(StatusCode.Unknown, 'auth: invalid auth token');
  it.each([stale, elsewhere, old, anonymous])('is renewed once, for writes too: $details', async (error) => {
    const { caller, authenticate, servers } = setUp({ servers: [failsTimes(1, error)], who: alice });
    expect(await caller.unary(put, '', {})).toBe('fine');
    expect(authenticate).toHaveBeenCalledTimes(1);
    expect(servers[0]?.calls.at(-1)?.options.metadata).toMatchObject({ token: 'token-1' });
  });

  it('is not renewed twice in one call', async () => {
    const { caller, authenticate } = setUp({ servers: [fails(stale)], who: alice });
    await expect(caller.unary(put, '', {})).rejects.toBe(stale);
    expect(authenticate).toHaveBeenCalledTimes(1);
    await expect(caller.unary(put, '', {})).rejects.toBe(stale);
    expect(authenticate).toHaveBeenCalledTimes(2);
  });

  it('fails with the renewal', async () => {
    const { caller, authenticate } = setUp({ servers: [fails(stale)], who: alice });
    const wrong = failure(StatusCode.InvalidArgument, 'etcdserver: authentication failed, invalid user ID or password');
    authenticate.mockRejectedValueOnce(wrong);
    await expect(caller.unary(range, '', {})).rejects.toBe(wrong);
  });

  it.each<[string, Setup['who'], GrpcError]>([
    ['a JWT', { jwt: 'a.b.c' }, stale],
    ['a JWT with an old revision', { jwt: 'a.b.c' }, old],
    ['nobody', {}, anonymous],
    ['nobody, with a token rejected', {}, stale],
  ])('is final for %s', async (_, who, error) => {
    const { caller, callsOf } = setUp({ servers: [fails(error)], who: who ?? {} });
    await expect(caller.unary(range, '', {})).rejects.toBe(error);
    expect(callsOf(0)).toBe(1);
  });

  it('of a client certificate is tried again, for users and roles may still be changing', async () => {
    const { caller, callsOf } = setUp({ servers: [failsTimes(3, old)] });
    expect(await caller.unary(put, '', {})).toBe('fine');
    expect(callsOf(0)).toBe(4);
  });

  it('of a client certificate is not tried for ever', async () => {
    const { caller, callsOf } = setUp({ servers: [fails(old)] });
    await expect(caller.unary(put, '', {})).rejects.toBe(old);
    expect(callsOf(0)).toBe(6);
  });

  it('does not mend an authentication', async () => {
    const { caller, authenticate } = setUp({ servers: [fails(stale)], who: alice });
    await expect(caller.unary(method('Auth/Authenticate'), '', {})).rejects.toBe(stale);
    expect(authenticate).not.toHaveBeenCalled();
  });
});
