/** What is asked of a real member, as its gateway takes it, and of our rooms. */
import type { Access, AuthStore, Identity } from '../../src/auth/index.ts';
import { Permission_Type } from '../../src/wire/disk.ts';
import type { RequestOp } from '../../src/wire/index.ts';
import { bytes, newUser } from '../unit/auth/auth-world.ts';
import { compare, del, get, put, txn } from '../unit/auth/requests.ts';

type AddUser = (auth: AuthStore, name: string, without: boolean) => Promise<void>;

export interface Step {
  readonly path: string;
  readonly body: object;
  readonly ours: (auth: AuthStore, addUser: AddUser) => unknown;
}

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

const addUser = (name: string, without = false): Step => ({
  path: 'auth/user/add',
  body: without ? { name, options: { no_password: true } } : { name },
  ours: async (auth, add) => await add(auth, name, without),
});
const deleteUser = (name: string): Step => ({
  path: 'auth/user/delete',
  body: { name },
  ours: (auth) => auth.users.delete(name),
});
const grantRole = (user: string, role: string): Step => ({
  path: 'auth/user/grant',
  body: { user, role },
  ours: (auth) => auth.users.grantRole({ user, role }),
});
const revokeRole = (name: string, role: string): Step => ({
  path: 'auth/user/revoke',
  body: { name, role },
  ours: (auth) => auth.users.revokeRole({ name, role }),
});
const addRole = (name: string): Step => ({
  path: 'auth/role/add',
  body: { name },
  ours: (auth) => auth.roles.add(name),
});
const deleteRole = (role: string): Step => ({
  path: 'auth/role/delete',
  body: { role },
  ours: (auth) => auth.roles.delete(role),
});
const allow = (name: string, permType: keyof typeof Permission_Type, key: string, end = ''): Step => ({
  path: 'auth/role/grant',
  body: { name, perm: { permType, key: base64(key), range_end: base64(end) } },
  ours: (auth) => {
    const perm = { permType: Permission_Type[permType], key: bytes(key), range_end: bytes(end) };
    auth.roles.grantPermission({ name, perm });
  },
});
const disallow = (role: string, key: string, end = ''): Step => ({
  path: 'auth/role/revoke',
  body: { role, key: base64(key), range_end: base64(end) },
  ours: (auth) => auth.roles.revokePermission({ role, key: bytes(key), range_end: bytes(end) }),
});
const turn = (on: boolean): Step => ({
  path: on ? 'auth/enable' : 'auth/disable',
  body: {},
  ours: (auth) => (on ? auth.enable() : auth.disable()),
});

export const POLICY: readonly Step[] = [
  turn(false),
  turn(true),
  addUser('root'),
  addUser('root'),
  turn(true),
  grantRole('root', 'root'),
  addRole('root'),
  ...['z', 'r', 'w', 'é', '\u{10000}', '\uffff', 'gone'].map(addRole),
  addRole('r'),
  ...['alice', 'bob', 'carol', 'é', '\u{10000}', 'gone'].map((name) => addUser(name)),
  addUser('cn', true),
  ...['w', 'z', 'r', '\u{10000}', '\uffff', 'é', 'root', 'z', 'none'].map((role) => grantRole('alice', role)),
  grantRole('nobody', 'r'),
  grantRole('bob', 'gone'),
  revokeRole('alice', 'root'),
  revokeRole('alice', 'root'),
  revokeRole('nobody', 'r'),
  deleteRole('gone'),
  deleteRole('gone'),
  deleteUser('gone'),
  deleteUser('gone'),
  allow('r', 'READ', 'r/', 'r0'),
  allow('r', 'READ', 'm'),
  allow('r', 'READ', 'c', 'd'),
  allow('r', 'READ', 'b', 'c'),
  allow('r', 'READWRITE', 'a'),
  allow('r', 'WRITE', 'a'),
  allow('r', 'READ', 'r/', 'r1'),
  allow('r', 'READ', 'r/', 'r1'),
  disallow('r', 'r/', 'r1'),
  disallow('r', 'r/', 'r1'),
  disallow('r', 'r/'),
  allow('w', 'WRITE', 'w/', 'w0'),
  allow('w', 'READWRITE', 'x', '\0'),
  allow('none', 'READ', 'a'),
  allow('root', 'READ', 'only'),
  allow('z', 'READ', '\0', '\0'),
  revokeRole('alice', 'z'),
  grantRole('carol', 'z'),
];

/** Neither side changes; asked while authentication is off. */
export const REFUSALS: readonly Step[] = [
  addRole(''),
  allow('r', 'READ', ''),
  allow('r', 'READ', 'b', 'a'),
  allow('r', 'READ', 'b', 'b'),
  {
    path: 'auth/role/grant',
    body: { name: 'r' },
    ours: (auth) => auth.roles.grantPermission({ name: 'r', perm: undefined }),
  },
  { path: 'auth/user/get', body: { name: 'nobody' }, ours: (auth) => auth.users.rolesOf('nobody') },
  { path: 'auth/role/get', body: { role: 'none' }, ours: (auth) => auth.roles.permissionsOf('none') },
  {
    path: 'auth/user/add',
    body: { name: '', password: 'x' },
    ours: (auth) => auth.users.add(newUser('')),
  },
  {
    path: 'auth/user/add',
    body: { name: 'long', password: 'x'.repeat(73) },
    ours: async (auth) => await auth.prepareUserAdd({ ...newUser('long'), password: 'x'.repeat(73) }),
  },
  {
    path: 'auth/user/changepw',
    body: { name: 'nobody', password: 'x' },
    ours: (auth) => auth.users.changePassword({ name: 'nobody', password: '', hashedPassword: 'eA==' }),
  },
  {
    path: 'auth/authenticate',
    body: { name: 'alice', password: 'x' },
    ours: async (auth) => await auth.checkPassword('alice', 'x'),
  },
];

export interface Asked {
  readonly path: string;
  readonly body: object;
  readonly ours: (access: Access, who: Identity) => void;
}

const RANGES: readonly (readonly [key: string, end?: string])[] = [
  ['a'],
  ['b'],
  ['b', 'd'],
  ['b', 'd\0'],
  ['bb', 'cc'],
  ['m'],
  ['m', 'm\0'],
  ['m', 'n'],
  ['r/1'],
  ['r/', 'r0'],
  ['r/', 'r1'],
  ['r/', '\0'],
  ['w/1'],
  ['w/', 'w0'],
  ['x', '\0'],
  ['x', '\xff\xff'],
  ['y'],
  ['\xff', '\0'],
  ['\0', '\0'],
];

const asRange = ([key, end = '']: readonly [string, string?]): Asked => ({
  path: 'kv/range',
  body: { key: base64(key), range_end: base64(end) },
  ours: (access, who) => access.checkRange(who, get(key, end)),
});
const asDelete =
  (prevKv: boolean) =>
  ([key, end = '']: readonly [string, string?]): Asked => ({
    path: 'kv/deleterange',
    body: { key: base64(key), range_end: base64(end), prev_kv: prevKv },
    ours: (access, who) => access.checkDeleteRange(who, del(key, end, prevKv)),
  });
const asPut =
  (prevKv: boolean, lease: bigint) =>
  ([key]: readonly [string, string?]): Asked => ({
    path: 'kv/put',
    // The leased key itself is never put, so that the lease keeps it.
    body: { key: base64(key), value: '', prev_kv: prevKv, lease: String(lease) },
    ours: (access, who) => access.checkPut(who, put(key, { prev_kv: prevKv, lease })),
  });

/** The same operation at several depths and in both branches. */
function asTxns(op: RequestOp, json: object): Asked[] {
  const deep = { request_txn: txn({ failure: [op] }) };
  return [
    [txn({ success: [op] }), { success: [json] }],
    [txn({ failure: [op] }), { failure: [json] }],
    [txn({ success: [deep] }), { success: [{ request_txn: { failure: [json] } }] }],
  ].map(([request, body]) => ({
    path: 'kv/txn',
    body: body as object,
    ours: (access, who) => access.checkTxn(who, request as ReturnType<typeof txn>),
  }));
}

export const BATTERY: readonly Asked[] = [
  ...RANGES.map(asRange),
  ...RANGES.filter(([key]) => key !== '\0' && key !== 'w/').flatMap((range) => [
    asDelete(false)(range),
    asDelete(true)(range),
  ]),
  ...RANGES.flatMap((range) => [asPut(false, 0n)(range), asPut(true, 0n)(range)]),
  ...[['a'], ['x'], ['w/1']].flatMap(([key = '']) => [asPut(false, 77n)([key])]),
  ...['r/1', 'w/1', 'a', 'y'].flatMap((key) => [
    ...asTxns({ request_range: get(key) }, { request_range: { key: base64(key) } }),
    ...asTxns({ request_put: put(key) }, { request_put: { key: base64(key), value: '' } }),
    ...asTxns(
      { request_put: put(key, { prev_kv: true }) },
      { request_put: { key: base64(key), value: '', prev_kv: true } },
    ),
    ...asTxns({ request_put: put(key, { lease: 77n }) }, { request_put: { key: base64(key), value: '', lease: '77' } }),
    ...asTxns({ request_delete_range: del(key) }, { request_delete_range: { key: base64(key) } }),
    ...asTxns(
      { request_delete_range: del(key, '', true) },
      { request_delete_range: { key: base64(key), prev_kv: true } },
    ),
    {
      path: 'kv/txn',
      body: { compare: [{ key: base64(key), target: 'VERSION', result: 'EQUAL', version: '1' }] },
      ours: (access: Access, who: Identity) => access.checkTxn(who, txn({ compare: [compare(key)] })),
    },
  ]),
  {
    path: 'lease/timetolive',
    body: { ID: '77', keys: true },
    ours: (access, who) => access.checkLeaseTimeToLive(who, { ID: 77n, keys: true }),
  },
  {
    path: 'lease/timetolive',
    body: { ID: '77' },
    ours: (access, who) => access.checkLeaseTimeToLive(who, { ID: 77n, keys: false }),
  },
  { path: 'lease/leases', body: {}, ours: (access, who) => access.checkLeaseLeases(who, [{ id: 77n }]) },
  { path: 'auth/user/get', body: { name: 'alice' }, ours: (access, who) => access.checkUserGet(who, 'alice') },
  { path: 'auth/role/get', body: { role: 'z' }, ours: (access, who) => access.checkRoleGet(who, 'z') },
  { path: 'auth/role/get', body: { role: 'r' }, ours: (access, who) => access.checkRoleGet(who, 'r') },
  { path: 'auth/user/list', body: {}, ours: (access, who) => access.checkAdmin(who) },
  { path: 'auth/role/add', body: { name: 'new' }, ours: (access, who) => access.checkAdmin(who) },
  { path: 'kv/compaction', body: { revision: '1' }, ours: (access, who) => access.checkAdmin(who) },
  { path: 'maintenance/defragment', body: {}, ours: (access, who) => access.checkAdmin(who) },
  { path: 'maintenance/hash', body: { revision: '0' }, ours: (access, who) => access.checkAdmin(who) },
  { path: 'cluster/member/list', body: {}, ours: (access, who) => access.checkNamed(who) },
  { path: 'cluster/member/remove', body: { ID: '1' }, ours: (access, who) => access.checkAdmin(who) },
];
