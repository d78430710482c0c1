import { describe, expect, it } from 'vitest';
import { ClientError } from '../../../src/client/index.ts';
import { utf8 } from '../../support/bytes.ts';
import { runCli } from '../../support/cli.ts';
import { fakeClient } from '../../support/fake-client.ts';

const failure = (message: string): ClientError => new ClientError('rpc', message);

describe('auth', () => {
  it.each([
    ['enable', 'authEnable', 'Authentication Enabled\n'],
    ['disable', 'authDisable', 'Authentication Disabled\n'],
    ['status', 'authStatus', 'Authentication Status: false\nAuthRevision: 0\n'],
  ])('%s', async (verb, method, out) => {
    const client = fakeClient({ auth: { [method]: {} } });
    expect(await runCli(['auth', verb], client)).toMatchObject({ code: 0, out, err: '' });
    expect(await runCli(['auth', verb, 'x'], undefined)).toMatchObject({
      code: 128,
      err: `Error: auth ${verb} command does not accept any arguments\n`,
    });
  });

  it.each([
    ['makes the root role', {}],
    ['uses the root role there is', failure('etcdserver: role name already exists')],
  ])('enable %s where root has it not', async (_what, roleAdd) => {
    const client = fakeClient({
      auth: {
        authEnable: [failure('etcdserver: root user does not have root role'), {}],
        roleAdd: roleAdd,
        userGrantRole: {},
      },
    });
    expect(await runCli(['auth', 'enable'], client)).toMatchObject({ code: 0, out: 'Authentication Enabled\n' });
    expect(client.requests('auth.userGrantRole')).toEqual([{ user: 'root', role: 'root' }]);
    client.verify();
  });

  it('enable passes any other failure on', async () => {
    const client = fakeClient({ auth: { authEnable: failure('etcdserver: root user does not exist') } });
    expect(await runCli(['auth', 'enable'], client)).toMatchObject({
      code: 1,
      err: 'Error: etcdserver: root user does not exist\n',
    });
  });
});

describe('user add: where the password comes from', () => {
  it.each([
    [['u', '--no-password'], {}, { name: 'u', password: '', options: { no_password: true } }],
    [['u:p', '--no-password', '--new-user-password=x'], {}, { name: 'u:p', password: '' }],
    [['u:p', '--new-user-password', 's:t'], {}, { name: 'u:p', password: 's:t' }],
    [['u:p:q'], {}, { name: 'u', password: 'p:q', options: { no_password: false } }],
    [['u: '], {}, { name: 'u', password: ' ' }],
    [['u'], { secrets: ['pw', 'pw'] }, { name: 'u', password: 'pw' }],
    [['u', '--interactive=false'], { stdin: '  word more\n' }, { name: 'u', password: 'word' }],
    [['u', '--interactive=false'], { stdin: 'last' }, { name: 'u', password: 'last' }],
    [['u', '--interactive=false'], { stdin: '\nnext line' }, { name: 'u', password: '' }],
    [['u', '--interactive=false'], {}, { name: 'u', password: '' }],
  ])('%j', async (argv, io, request) => {
    const client = fakeClient({ auth: { userAdd: {} } });
    const run = await runCli(['user', 'add', ...argv], client, io);
    expect(run).toMatchObject({ code: 0, out: `User ${request.name} created\n` });
    expect(client.requests('auth.userAdd')).toMatchObject([request]);
  });

  it('says that the password on stdin is empty', async () => {
    const { err } = await runCli(['user', 'add', 'u', '--interactive=false'], fakeClient({ auth: { userAdd: {} } }));
    expect(err).toBe('Warning: the password read from stdin is empty\n');
  });

  it('asks twice, by name', async () => {
    const { io } = await runCli(['user', 'add', 'u'], fakeClient({ auth: { userAdd: {} } }), { secrets: ['a', 'a'] });
    expect(io.prompts).toEqual(['Password of u: ', 'Type password of u again for confirmation: ']);
  });

  it.each([
    [[], {}, 'user add command requires user name as its argument'],
    [['a', 'b'], {}, 'user add command requires user name as its argument'],
    [[':pw'], {}, 'empty user name is not allowed'],
    [['u'], { secrets: [''] }, 'empty password'],
    [['u'], { secrets: ['a', 'b'] }, 'given passwords are different'],
  ])('refuses %j', async (argv, io, message) => {
    expect(await runCli(['user', 'add', ...argv], undefined, io)).toMatchObject({
      code: 128,
      err: `Error: ${message}\n`,
    });
  });
});

describe('user', () => {
  it.each([
    [['delete', 'u'], 'userDelete', { name: 'u' }, 'User u deleted\n'],
    [['get', 'u'], 'userGet', { name: 'u' }, 'User: u\nRoles:\n'],
    [['grant-role', 'u', 'r'], 'userGrantRole', { user: 'u', role: 'r' }, 'Role r is granted to user u\n'],
    [['revoke-role', 'u', 'r'], 'userRevokeRole', { name: 'u', role: 'r' }, 'Role r is revoked from user u\n'],
  ])('%j', async (argv, method, request, out) => {
    const client = fakeClient({ auth: { [method]: {} } });
    expect(await runCli(['user', ...argv], client)).toMatchObject({ code: 0, out });
    expect(client.requests(`auth.${method}`)).toEqual([request]);
  });

  it('get --detail prints every role as role get does, in the chosen format', async () => {
    const roleGet = { perm: [{ permType: 0 as const, key: utf8('k') }] };
    const stubs = { auth: { userGet: { roles: ['r1', 'r2'] }, roleGet: [roleGet, {}] } };
    const { out } = await runCli(['user', 'get', 'u', '--detail'], fakeClient(stubs));
    expect(out).toBe('User: u\n\nRole r1\nKV Read:\n\tk\nKV Write:\n\nRole r2\nKV Read:\nKV Write:\n');
    const fields = await runCli(['user', 'get', 'u', '--detail', '-w', 'fields'], fakeClient(stubs));
    expect(fields.out).toMatch(/^User: u\n\n.*"PermType" : {2}READ\n/s);
  });

  it('passwd asks, or reads stdin', async () => {
    const client = fakeClient({ auth: { userChangePassword: [{}, {}] } });
    expect(await runCli(['user', 'passwd', 'u'], client, { secrets: ['p', 'p'] })).toMatchObject({
      out: 'Password updated\n',
    });
    await runCli(['user', 'passwd', 'u', '--interactive=false'], client, { stdin: 'q\n' });
    expect(client.requests('auth.userChangePassword')).toEqual([
      { name: 'u', password: 'p' },
      { name: 'u', password: 'q' },
    ]);
  });

  it.each([
    [['delete'], 'user delete command requires user name as its argument'],
    [['get'], 'user get command requires user name as its argument'],
    [['list', 'x'], 'user list command requires no arguments'],
    [['passwd'], 'user passwd command requires user name as its argument'],
    [['grant-role', 'u'], 'user grant command requires user name and role name as its argument'],
    [['revoke-role', 'u'], 'user revoke-role requires user name and role name as its argument'],
  ])('refuses %j', async (argv, message) => {
    expect(await runCli(['user', ...argv], undefined)).toMatchObject({ code: 128, err: `Error: ${message}\n` });
  });
});

describe('role', () => {
  it.each([
    [['add', 'r'], 'roleAdd', { name: 'r' }, 'Role r created\n'],
    [['delete', 'r'], 'roleDelete', { role: 'r' }, 'Role r deleted\n'],
    [['get', 'r'], 'roleGet', { role: 'r' }, 'Role r\nKV Read:\nKV Write:\n'],
  ])('%j', async (argv, method, request, out) => {
    const client = fakeClient({ auth: { [method]: {} } });
    expect(await runCli(['role', ...argv], client)).toMatchObject({ code: 0, out });
    expect(client.requests(`auth.${method}`)).toEqual([request]);
  });

  it.each([
    [['r', 'read', 'k'], { permType: 0, key: utf8('k'), range_end: utf8('') }],
    [['r', 'Write', 'k', 'm', 'more'], { permType: 1, range_end: utf8('m') }],
    [['r', 'READWRITE', 'k', '--prefix'], { permType: 2, range_end: utf8('l') }],
    [['r', 'read', 'k', '--from-key'], { range_end: utf8('\0') }],
    [['r', 'read', '', '--prefix'], { key: utf8('\0'), range_end: utf8('\0') }],
    [['r', 'read', '', 'ignored'], { key: utf8('\0'), range_end: utf8('') }],
  ])('grant-permission %j', async (argv, perm) => {
    const client = fakeClient({ auth: { roleGrantPermission: {} } });
    expect(await runCli(['role', 'grant-permission', ...argv], client)).toMatchObject({
      code: 0,
      out: 'Role r updated\n',
    });
    expect(client.requests('auth.roleGrantPermission')).toMatchObject([{ name: 'r', perm }]);
  });

  it.each([
    [['r', 'k'], 'Permission of key k is revoked from role r\n'],
    [['r', 'k1', 'k9'], 'Permission of range [k1, k9) is revoked from role r\n'],
    [['r', 'z', '--from-key'], 'Permission of range [z, <open ended> is revoked from role r\n'],
    [['r', '', '--prefix'], 'Permission of range [, <open ended> is revoked from role r\n'],
  ])('revoke-permission %j', async (argv, out) => {
    const client = fakeClient({ auth: { roleRevokePermission: {} } });
    expect(await runCli(['role', 'revoke-permission', ...argv], client)).toMatchObject({ code: 0, out });
  });

  const needs = 'role grant command requires role name, permission type, and key [endkey] as its argument';
  it.each([
    [['add'], 'role add command requires role name as its argument'],
    [['delete'], 'role delete command requires role name as its argument'],
    [['get'], 'role get command requires role name as its argument'],
    [['list', 'x'], 'role list command requires no arguments'],
    [['grant-permission', 'r', 'read'], needs],
    [['grant-permission', 'r', 'bad', 'k'], 'invalid permission type: bad'],
    [
      ['grant-permission', 'r', 'read', 'k', '--prefix', '--from-key'],
      '--from-key and --prefix flags are mutually exclusive',
    ],
    [['grant-permission', 'r', 'read', 'k', 'm', '--prefix'], 'unexpected endkey argument with --prefix flag'],
    [['revoke-permission', 'r', 'k', 'm', '--from-key'], 'unexpected endkey argument with --from-key flag'],
    [['revoke-permission', 'r'], 'role revoke-permission command requires role name and key [endkey] as its argument'],
  ])('refuses %j', async (argv, message) => {
    expect(await runCli(['role', ...argv], undefined)).toMatchObject({ code: 128, err: `Error: ${message}\n` });
  });
});

describe('alarm and downgrade', () => {
  it('disarm asks for every alarm there is and prints what was disarmed', async () => {
    const alarms = [
      { memberID: 1n, alarm: 1 as const },
      { memberID: 2n, alarm: 2 as const },
    ];
    const client = fakeClient({
      maintenance: { alarm: [{ alarms }, { alarms: alarms.slice(0, 1) }, { alarms: alarms.slice(1) }] },
    });
    const { out } = await runCli(['alarm', 'disarm', '-w', 'json'], client);
    expect(out).toBe('{"alarms":[{"memberID":1,"alarm":1},{"memberID":2,"alarm":2}]}\n');
    expect(client.requests('maintenance.alarm').slice(1)).toEqual(alarms.map((alarm) => ({ action: 2, ...alarm })));
  });

  it.each([
    [
      ['downgrade', 'validate', '3.6'],
      { action: 0, version: '3.6' },
      'Downgrade validate success, cluster version 3.7\n',
    ],
    [['downgrade', 'enable', '3.6'], { action: 1, version: '3.6' }, 'Downgrade enable success, cluster version 3.7\n'],
    [['downgrade', 'cancel', 'ignored'], { action: 2 }, 'Downgrade cancel success, cluster version 3.7\n'],
  ])('%j', async (argv, request, out) => {
    const client = fakeClient({ maintenance: { downgrade: { version: '3.7' } } });
    expect(await runCli(argv, client)).toMatchObject({ code: 0, out });
    expect(client.requests('maintenance.downgrade')).toEqual([request]);
  });

  it.each([
    [['alarm', 'list', 'x'], 'alarm list command accepts no arguments'],
    [['alarm', 'disarm', 'x'], 'alarm disarm command accepts no arguments'],
    [['downgrade', 'enable'], 'TARGET_VERSION not provided'],
    [['downgrade', 'validate', '3.6', '3.5'], 'too many arguments'],
    [['downgrade', 'enable', ''], 'target version not provided'],
  ])('refuses %j', async (argv, message) => {
    expect(await runCli(argv, undefined)).toMatchObject({ code: 128, err: `Error: ${message}\n` });
  });
});
