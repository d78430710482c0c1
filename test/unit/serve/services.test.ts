import { describe, expect, it } from 'vitest';
import { GrpcError, StatusCode } from '../../../src/grpc/index.ts';
import type { Caller } from '../../../src/member/index.ts';
import { EtcdError, refuse } from '../../../src/wire/etcd-error.ts';
import type { WireMethod } from '../../../src/wire/index.ts';
import { auth } from '../../../src/wire/services/auth.ts';
import { cluster } from '../../../src/wire/services/cluster.ts';
import { kv } from '../../../src/wire/services/kv.ts';
import { lease } from '../../../src/wire/services/lease.ts';
import { maintenance } from '../../../src/wire/services/maintenance.ts';
import { rejection } from '../grpc/methods.ts';
import { fakeMember, header, type MemberParts } from './fake-member.ts';
import { bytes, serving } from './harness.ts';

type Group = 'kv' | 'lease' | 'cluster' | 'maintenance' | 'auth';

/** Method, where the member has it, a request (absent: it has no fields), and something of the response. */
const cases: ReadonlyArray<readonly [WireMethod<any, any>, Group, string, object | undefined, object]> = [
  [
    kv.range,
    'kv',
    'range',
    { key: bytes('k'), limit: 5n, revision: 2n ** 60n },
    { count: 2n ** 62n, kvs: [], more: true },
  ],
  [kv.put, 'kv', 'put', { key: bytes('k'), value: bytes('v'), lease: -1n }, { prev_kv: undefined }],
  [kv.deleteRange, 'kv', 'deleteRange', { key: bytes('k'), prev_kv: true }, { deleted: 3n, prev_kvs: [] }],
  [kv.txn, 'kv', 'txn', { compare: [{ key: bytes('k'), version: 1n }] }, { succeeded: true, responses: [] }],
  [kv.compact, 'kv', 'compact', { revision: 9n, physical: true }, {}],
  [lease.leaseGrant, 'lease', 'grant', { TTL: 60n, ID: 7n }, { ID: 7n, TTL: 60n, error: '' }],
  [lease.leaseRevoke, 'lease', 'revoke', { ID: 7n }, {}],
  [lease.leaseTimeToLive, 'lease', 'timeToLive', { ID: 7n, keys: true }, { ID: 7n, TTL: 1n, grantedTTL: 2n, keys: [] }],
  [lease.leaseLeases, 'lease', 'leases', undefined, { leases: [{ ID: 7n }] }],
  [cluster.memberList, 'cluster', 'list', { linearizable: true }, { members: [] }],
  [
    cluster.memberAdd,
    'cluster',
    'add',
    { peerURLs: ['http://a'], isLearner: true },
    { member: undefined, members: [] },
  ],
  [cluster.memberRemove, 'cluster', 'remove', { ID: 2n ** 64n - 1n }, { members: [] }],
  [cluster.memberUpdate, 'cluster', 'update', { ID: 5n, peerURLs: ['x'] }, { members: [] }],
  [cluster.memberPromote, 'cluster', 'promote', { ID: 5n }, { members: [] }],
  [
    maintenance.alarm,
    'maintenance',
    'alarm',
    { action: 1, memberID: 5n, alarm: 2 },
    { alarms: [{ memberID: 5n, alarm: 2 }] },
  ],
  [maintenance.status, 'maintenance', 'status', undefined, { version: '3.7.1', dbSize: 5n, errors: ['x'] }],
  [maintenance.defragment, 'maintenance', 'defragment', undefined, {}],
  [maintenance.hash, 'maintenance', 'hash', undefined, { hash: 0xffffffff }],
  [
    maintenance.hashKV,
    'maintenance',
    'hashKv',
    { revision: 5n },
    { hash: 17, compact_revision: 1n, hash_revision: 5n },
  ],
  [maintenance.moveLeader, 'maintenance', 'moveLeader', { targetID: 5n }, {}],
  [maintenance.downgrade, 'maintenance', 'downgrade', { action: 1, version: '3.6' }, { version: '3.7.0' }],
  [auth.authEnable, 'auth', 'enable', undefined, {}],
  [auth.authDisable, 'auth', 'disable', undefined, {}],
  [auth.authStatus, 'auth', 'status', undefined, { enabled: true, authRevision: 5n }],
  [auth.authenticate, 'auth', 'authenticate', { name: 'root', password: 'secret' }, { token: 'abc.1' }],
  [auth.userAdd, 'auth', 'userAdd', { name: 'u', password: 'p' }, {}],
  [auth.userGet, 'auth', 'userGet', { name: 'u' }, { roles: ['r'] }],
  [auth.userList, 'auth', 'userList', undefined, { users: ['u', 'root'] }],
  [auth.userDelete, 'auth', 'userDelete', { name: 'u' }, {}],
  [auth.userChangePassword, 'auth', 'userChangePassword', { name: 'u', password: 'q' }, {}],
  [auth.userGrantRole, 'auth', 'userGrantRole', { user: 'u', role: 'r' }, {}],
  [auth.userRevokeRole, 'auth', 'userRevokeRole', { name: 'u', role: 'r' }, {}],
  [auth.roleAdd, 'auth', 'roleAdd', { name: 'r' }, {}],
  [auth.roleGet, 'auth', 'roleGet', { role: 'r' }, { perm: [] }],
  [auth.roleList, 'auth', 'roleList', undefined, { roles: ['r'] }],
  [auth.roleDelete, 'auth', 'roleDelete', { role: 'r' }, {}],
  [auth.roleGrantPermission, 'auth', 'roleGrantPermission', { name: 'r', perm: { permType: 2, key: bytes('k') } }, {}],
  [auth.roleRevokePermission, 'auth', 'roleRevokePermission', { role: 'r', key: bytes('k') }, {}],
];

const defined = (message: object): object =>
  Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined));

describe.each(cases)('$path', (method, group, name, request, response) => {
  it('hands the whole request on, and the whole response back', async () => {
    const seen: unknown[] = [];
    const answer = (...args: unknown[]): Promise<object> => {
      seen.push(...args);
      // As the member gives it: every field is there.
      const whole = method.decode(
        method.encodeResponse({ ...method.decode(new Uint8Array()), ...response, header: header(99n) }),
      );
      return Promise.resolve(whole);
    };
    const { member, unexpected } = fakeMember({ [group]: { [name]: answer } });
    const { channel } = await serving(member);
    const metadata = { token: 'abc.1' };
    const got = await channel().unary(method, request ?? {}, { metadata });
    expect(got).toMatchObject(defined({ ...response, header: header(99n) }));
    expect(unexpected).toEqual([]);
    const caller = seen.at(-1) as Caller;
    expect(seen.length).toBe(request === undefined ? 1 : 2);
    if (request !== undefined) expect(seen[0]).toMatchObject(request);
    expect([caller.token, caller.commonName, caller.asRoot]).toEqual(['abc.1', undefined, undefined]);
    expect(caller.signal?.aborted).toBe(true);
  });
});

describe('every method of the member', () => {
  it('is served by one of these', () => {
    const served = Object.values({ ...kv, ...lease, ...cluster, ...maintenance, ...auth }).filter(
      ({ responseStream }) => !responseStream,
    );
    expect(cases.map(([method]) => method.path).toSorted()).toEqual(served.map(({ path }) => path).toSorted());
  });
});

describe('a refusal', () => {
  const all = Object.entries(refuse).map(([name, make]) => [name, make()] as const);

  it.each(all)('%s passes with its code and text', async (_, error) => {
    const { member } = fakeMember({ kv: { put: () => Promise.reject(error) } });
    const { channel, log } = await serving(member);
    expect(await rejection(channel().unary(kv.put, {}))).toMatchObject({ code: error.code, details: error.message });
    expect(log).toEqual([]);
  });

  it('at once rather than by a promise passes as well', async () => {
    const parts: MemberParts = {
      kv: {
        put: () => {
          throw new EtcdError(9, 'etcdserver: not now');
        },
      },
    };
    const { channel } = await serving(fakeMember(parts).member);
    expect(await rejection(channel().unary(kv.put, {}))).toMatchObject({ code: 9, details: 'etcdserver: not now' });
  });

  it('of gRPC itself passes too', async () => {
    const { member } = fakeMember({ kv: { put: () => Promise.reject(new GrpcError(12, 'not here')) } });
    const { channel, log } = await serving(member);
    expect(await rejection(channel().unary(kv.put, {}))).toMatchObject({ code: 12, details: 'not here' });
    expect(log).toEqual([]);
  });

  it('that is none is Unknown, and the log tells of it', async () => {
    const { member } = fakeMember({ kv: { put: () => Promise.reject(new TypeError('x is not a function')) } });
    const { channel, log } = await serving(member);
    expect(await rejection(channel().unary(kv.put, {}))).toMatchObject({
      code: StatusCode.Unknown,
      details: 'x is not a function',
    });
    expect(log).toEqual([
      {
        level: 'error',
        message: 'a request failed unexpectedly',
        fields: { path: kv.put.path, error: 'x is not a function' },
      },
    ]);
  });
});

describe('the size of a request', () => {
  const put = { kv: { put: async () => ({ header: header(), prev_kv: undefined }) } };

  it('may be 512 KiB above the limit, which the member watches over', async () => {
    const { channel } = await serving(fakeMember(put).member, { maxRequestBytes: 1000 });
    const to = channel();
    const value = (size: number) => ({ value: Buffer.alloc(size - 5) });
    // Tag and length take five bytes of the message.
    await to.unary(kv.put, value(1000 + 512 * 1024 + 1));
    expect(await rejection(to.unary(kv.put, value(1000 + 512 * 1024 + 2)))).toMatchObject({
      code: StatusCode.ResourceExhausted,
      details: 'grpc: received message larger than max (525289 vs. 525288)',
    });
  });

  it('is at most 2 MiB when nothing is said', async () => {
    const { channel } = await serving(fakeMember(put).member);
    expect(await rejection(channel().unary(kv.put, { value: Buffer.alloc(3_000_000) }))).toMatchObject({
      details: 'grpc: received message larger than max (3000005 vs. 2097152)',
    });
  });
});
