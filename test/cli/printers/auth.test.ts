import { describe, expect, it } from 'vitest';
import { rawText } from '../../../src/base/index.ts';
import * as auth from '../../../src/wire/gen/rpc/auth.ts';
import { bytes, describePrinting, refused, render } from './render.ts';

const header = { cluster_id: 16142434207734151196n, member_id: 557840692975836737n, revision: 1n, raft_term: 2n };
const headerJson =
  '"header":{"cluster_id":16142434207734151196,"member_id":557840692975836737,"revision":1,"raft_term":2}';
const headerFields = `"ClusterID" : 16142434207734151196
"MemberID" : 557840692975836737
"Revision" : 1
"RaftTerm" : 2
`;
const headerYaml = `header:
  cluster_id: '16142434207734151196'
  member_id: '557840692975836737'
  revision: 1
  raft_term: 2
`;
const headerProtobuf = '0a19089cf0eed0abccdc82e00110c1bcd4d0f9a4f6de0718012002';

const headerOnly = {
  json: `{${headerJson}}\n`,
  fields: headerFields,
  table: refused,
  protobuf: headerProtobuf,
  yaml: headerYaml,
} as const;

describePrinting('authStatus', [
  {
    args: [auth.AuthStatusResponse.fromPartial({ header, authRevision: 1n })],
    simple: 'Authentication Status: false\nAuthRevision: 1\n',
    json: `{${headerJson},"authRevision":1}\n`,
    fields: refused,
    table: refused,
    protobuf: `${headerProtobuf}1801`,
    yaml: `${headerYaml}authRevision: 1\n`,
  },
  {
    name: 'enabled',
    args: [auth.AuthStatusResponse.fromPartial({ header, enabled: true, authRevision: 73n })],
    simple: 'Authentication Status: true\nAuthRevision: 73\n',
    json: `{${headerJson},"enabled":true,"authRevision":73}\n`,
  },
]);

describePrinting('userAdd', [
  { args: ['u2', auth.AuthUserAddResponse.fromPartial({ header })], simple: 'User u2 created\n', ...headerOnly },
]);
describePrinting('userDelete', [
  { args: ['w0', auth.AuthUserDeleteResponse.fromPartial({ header })], simple: 'User w0 deleted\n', ...headerOnly },
]);
describePrinting('userChangePassword', [
  { args: [auth.AuthUserChangePasswordResponse.fromPartial({ header })], simple: 'Password updated\n', ...headerOnly },
]);
describePrinting('userGrantRole', [
  {
    args: ['u2', 'r0', auth.AuthUserGrantRoleResponse.fromPartial({ header })],
    simple: 'Role r0 is granted to user u2\n',
    ...headerOnly,
  },
]);
describePrinting('userRevokeRole', [
  {
    args: ['u2', 'r0', auth.AuthUserRevokeRoleResponse.fromPartial({ header })],
    simple: 'Role r0 is revoked from user u2\n',
    ...headerOnly,
  },
]);
describePrinting('userGet', [
  {
    args: ['u2', auth.AuthUserGetResponse.fromPartial({ header, roles: ['r0', 'r1'] })],
    simple: 'User: u2\nRoles: r0 r1\n',
    json: `{${headerJson},"roles":["r0","r1"]}\n`,
    fields: refused,
    table: refused,
    protobuf: `${headerProtobuf}1202723012027231`,
    yaml: `${headerYaml}roles:\n- r0\n- r1\n`,
  },
  {
    name: 'without roles',
    args: ['u2', auth.AuthUserGetResponse.fromPartial({ header })],
    simple: 'User: u2\nRoles:\n',
    json: `{${headerJson}}\n`,
  },
]);
describePrinting('userList', [
  {
    args: [auth.AuthUserListResponse.fromPartial({ header, users: ['u0', 'u1'] })],
    simple: 'u0\nu1\n',
    json: `{${headerJson},"users":["u0","u1"]}\n`,
    fields: refused,
    table: refused,
    protobuf: `${headerProtobuf}1202753012027531`,
    yaml: `${headerYaml}users:\n- u0\n- u1\n`,
  },
  { name: 'none', args: [auth.AuthUserListResponse.fromPartial({ header })], simple: '', json: `{${headerJson}}\n` },
]);

describePrinting('roleAdd', [
  { args: ['r0', auth.AuthRoleAddResponse.fromPartial({ header })], simple: 'Role r0 created\n', ...headerOnly },
]);
describePrinting('roleDelete', [
  { args: ['r0', auth.AuthRoleDeleteResponse.fromPartial({ header })], simple: 'Role r0 deleted\n', ...headerOnly },
]);
describePrinting('roleGrantPermission', [
  {
    args: ['r0', auth.AuthRoleGrantPermissionResponse.fromPartial({ header })],
    simple: 'Role r0 updated\n',
    ...headerOnly,
  },
]);
describePrinting('roleList', [
  {
    args: [auth.AuthRoleListResponse.fromPartial({ header, roles: ['r0', 'r"1'] })],
    simple: 'r0\nr"1\n',
    json: `{${headerJson},"roles":["r0","r\\"1"]}\n`,
    fields: `${headerFields}"Roles" : "r0" "r\\"1"\n`,
    table: refused,
    protobuf: `${headerProtobuf}120272301203722231`,
    yaml: `${headerYaml}roles:\n- r0\n- r"1\n`,
  },
  {
    name: 'none',
    args: [auth.AuthRoleListResponse.fromPartial({ header })],
    simple: '',
    fields: `${headerFields}"Roles" :\n`,
  },
]);

const openEnd = Uint8Array.of(0);
const [READ, WRITE, READWRITE] = [0, 1, 2] as const;
const role = auth.AuthRoleGetResponse.fromPartial({
  header,
  perm: [
    { key: bytes('a'), range_end: bytes('b') },
    { permType: READWRITE, key: bytes('foo'), range_end: bytes('fop') },
    { key: bytes('k') },
    { permType: WRITE, key: bytes('k1'), range_end: bytes('k9') },
    { permType: READ, key: bytes('z'), range_end: openEnd },
    { permType: READ, key: openEnd, range_end: openEnd },
    { permType: READ, key: openEnd },
  ],
});

describePrinting('roleGet', [
  {
    args: ['r0', role],
    simple: `Role r0
KV Read:
\t[a, b) (prefix a)
\t[foo, fop) (prefix foo)
\tk
\t[z, <open ended>
\t[\0, <open ended>
\t\0
KV Write:
\t[foo, fop) (prefix foo)
\t[k1, k9)
`,
    json: `{${headerJson},"perm":[{"key":"YQ==","range_end":"Yg=="},{"permType":2,"key":"Zm9v","range_end":"Zm9w"},{"key":"aw=="},{"permType":1,"key":"azE=","range_end":"azk="},{"key":"eg==","range_end":"AA=="},{"key":"AA==","range_end":"AA=="},{"key":"AA=="}]}\n`,
    table: refused,
  },
  {
    name: 'one permission',
    args: [
      'r0',
      auth.AuthRoleGetResponse.fromPartial({
        header,
        perm: [{ permType: READWRITE, key: bytes('foo'), range_end: bytes('fop') }],
      }),
    ],
    fields: `${headerFields}"PermType" :  READWRITE\n"Key" : "foo"\n"RangeEnd" : "fop"\n`,
    protobuf: `${headerProtobuf}120c08021203666f6f1a03666f70`,
    yaml: `${headerYaml}perm:\n- permType: READWRITE\n  key: foo\n  range_end: fop\n`,
  },
  {
    name: 'read and binary keys',
    args: [
      'r0',
      auth.AuthRoleGetResponse.fromPartial({ header, perm: [{ key: Uint8Array.of(0xff), range_end: openEnd }] }),
    ],
    fields: `${headerFields}"PermType" :  READ\n"Key" : "\\xff"\n"RangeEnd" : "\\x00"\n`,
    yaml: `${headerYaml}perm:\n- permType: READ\n  key: !!binary /w==\n  range_end: "\\0"\n`,
  },
  {
    name: 'nothing granted',
    args: ['r0', auth.AuthRoleGetResponse.fromPartial({ header })],
    simple: 'Role r0\nKV Read:\nKV Write:\n',
    fields: headerFields,
  },
  {
    name: 'root, to which nothing need be granted',
    args: ['root', auth.AuthRoleGetResponse.fromPartial({ header })],
    simple: 'Role root\nKV Read:\n\t[, <open ended>\nKV Write:\n\t[, <open ended>\n',
  },
  {
    name: 'root with a permission',
    args: ['root', auth.AuthRoleGetResponse.fromPartial({ perm: [{ key: bytes('k') }] })],
    simple: 'Role root\nKV Read:\n\tk\nKV Write:\n',
  },
]);

const revoked = auth.AuthRoleRevokePermissionResponse.fromPartial({ header });

describePrinting('roleRevokePermission', [
  {
    args: ['r0', 'k', '', revoked],
    simple: 'Permission of key k is revoked from role r0\n',
    ...headerOnly,
  },
  {
    name: 'a range',
    args: ['r0', 'k1', 'k9', revoked],
    simple: 'Permission of range [k1, k9) is revoked from role r0\n',
  },
  {
    name: 'an open range',
    args: ['r0', '', '\0', revoked],
    simple: 'Permission of range [, <open ended> is revoked from role r0\n',
  },
  {
    name: 'a prefix whose end is no text',
    args: ['r0', '¿', rawText(Uint8Array.of(0xc2, 0xc0)), revoked],
    simple: 'Permission of range [¿, \ufffd\ufffd) is revoked from role r0\n',
  },
]);

describe('role get', () => {
  it('leaves keys alone that lie in the memory of what was received', async () => {
    const received = Buffer.from(auth.AuthRoleGetResponse.encode(role).finish());
    const before = Buffer.from(received);
    await render('simple', (printer) => printer.roleGet('r0', auth.AuthRoleGetResponse.decode(received)));
    expect(received).toEqual(before);
  });
});
