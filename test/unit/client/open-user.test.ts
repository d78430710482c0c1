import { describe, expect, it, vi } from 'vitest';
import { StatusCode } from '../../../src/grpc/index.ts';
import { type EtcdDouble, StatusError } from './support/etcd-double.ts';
import { deadEndpoint, double, failureOf, open } from './support/opening.ts';

const key = new TextEncoder().encode('k');
const alice = { user: { name: 'alice', password: 'secret' } };
const accepts = (): EtcdDouble['handlers'] => {
  let issued = 0;
  return { authenticate: () => ({ token: `token-${++issued}` }), range: () => ({}), put: () => ({}) };
};

describe('a user', () => {
  it('is signed in before the first call', async () => {
    const server = await double(accepts());
    const client = await open([server.endpoint], alice);
    await client.kv.range({ key });
    expect(server.calls).toMatchObject([
      { method: 'Authenticate', token: undefined, request: { name: 'alice', password: 'secret' } },
      { method: 'Range', token: 'token-1' },
    ]);
  });

  it('is signed in again, once, when the token has expired', async () => {
    const server = await double(accepts());
    const client = await open([server.endpoint], alice);
    server.handlers.put = (_, { token }) => {
      if (token === 'token-1') throw new StatusError(StatusCode.Unauthenticated, 'etcdserver: invalid auth token');
      return {};
    };
    await client.kv.put({ key });
    expect(server.calls.map(({ method, token }) => [method, token])).toEqual([
      ['Authenticate', undefined],
      ['Put', 'token-1'],
      ['Authenticate', undefined],
      ['Put', 'token-2'],
    ]);
  });

  it('is signed in again for a stream', async () => {
    const server = await double(accepts());
    const client = await open([server.endpoint], alice);
    const reason = 'rpc error: code = Unauthenticated desc = etcdserver: invalid auth token';
    server.handlers.watch = (_, { token }) => [
      token === 'token-1' ? { created: true, canceled: true, watch_id: -1n, cancel_reason: reason } : { created: true },
    ];
    for await (const update of client.watch.watch({ key }, { yieldCreated: true })) {
      expect(update).toMatchObject({ created: true, canceled: false });
      break;
    }
    expect(server.calls.filter(({ method }) => method === 'Authenticate')).toHaveLength(2);
  });

  it('that is unknown makes no client, and the password stays secret', async () => {
    const server = await double({
      authenticate: () => {
        throw new StatusError(
          StatusCode.InvalidArgument,
          'etcdserver: authentication failed, invalid user ID or password',
        );
      },
    });
    const error = await failureOf(open([server.endpoint], alice));
    expect(error).toMatchObject({
      kind: 'construction',
      message: 'etcdserver: authentication failed, invalid user ID or password',
    });
    expect(error.lines()[0]).toContain('user "alice"');
    expect(`${error.stack} ${error.lines().join()}`).not.toContain('secret');
  });

  it('is waited for no longer than the dial timeout', async () => {
    const error = await failureOf(open([await deadEndpoint()], { ...alice, dialTimeoutMs: 200 }));
    expect(error).toMatchObject({ kind: 'construction', message: 'context deadline exceeded' });
    expect(error.lines()[0]).toMatch(/connection refused/);
  });

  it('is only warned about where authentication is off', async () => {
    const server = await double({
      ...accepts(),
      authenticate: () => {
        throw new StatusError(StatusCode.FailedPrecondition, 'etcdserver: authentication is not enabled');
      },
    });
    const warn = vi.fn();
    const client = await open([server.endpoint], alice, { warn });
    expect(warn.mock.calls).toEqual([['authentication is not enabled on the server: --user is ignored']]);
    await client.kv.range({ key });
    expect(server.calls.at(-1)).toMatchObject({ method: 'Range', token: undefined });
  });

  it('without a password goes out anonymously', async () => {
    const server = await double({
      range: () => {
        throw new StatusError(StatusCode.InvalidArgument, 'etcdserver: user name is empty');
      },
    });
    const client = await open([server.endpoint], { user: { name: 'alice', password: '' } });
    const error = await failureOf(client.kv.range({ key }));
    expect(error.lines().join()).toContain('user "alice" came without a password');
    expect(server.calls).toMatchObject([{ method: 'Range', token: undefined }]);
  });

  it('of a JWT is taken as is, even beside a name and a password', async () => {
    const server = await double({
      range: () => {
        throw new StatusError(StatusCode.Unauthenticated, 'etcdserver: invalid auth token');
      },
    });
    const client = await open([server.endpoint], { ...alice, jwt: 'a.b.c' });
    const error = await failureOf(client.kv.range({ key }));
    expect(server.calls).toMatchObject([{ method: 'Range', token: 'a.b.c' }]);
    expect(error.lines().join()).toContain('--auth-jwt-token');
    expect(`${error.stack} ${error.lines().join()}`).not.toContain('a.b.c');
  });
});
