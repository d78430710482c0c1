/** Users and roles, as they are kept while authentication is off. */
import { beforeEach, expect, it } from 'vitest';
import { bounds, type Kit, refusal } from '../harness/kit.ts';
import { describeTogether, type Scene } from '../harness/scenario.ts';
import { bytes, text } from '../harness/text.ts';

const refused = (call: Promise<unknown>, code: number, message: string): Promise<void> =>
  expect(refusal(call)).resolves.toEqual([code, `etcdserver: ${message}`]);

const KINDS = { read: 0, write: 1, readwrite: 2 } as const;

function accounts(client: Kit) {
  const { auth } = client.raw;
  const perm = (kind: keyof typeof KINDS, key: string, end = '') => ({
    permType: KINDS[kind],
    key: bytes(key),
    range_end: bytes(end),
  });
  return {
    addUser: (name: string, password = 'pw', options?: { no_password: boolean }) =>
      auth.userAdd({ name, password, ...(options && { options }) }, bounds()),
    deleteUser: (name: string) => auth.userDelete({ name }, bounds()),
    userRoles: async (name: string) => (await auth.userGet({ name }, bounds())).roles,
    users: async () => (await auth.userList(bounds())).users,
    changePassword: (name: string, password: string) => auth.userChangePassword({ name, password }, bounds()),
    giveRole: (user: string, role: string) => auth.userGrantRole({ user, role }, bounds()),
    takeRole: (name: string, role: string) => auth.userRevokeRole({ name, role }, bounds()),
    addRole: (name: string) => auth.roleAdd({ name }, bounds()),
    deleteRole: (role: string) => auth.roleDelete({ role }, bounds()),
    roles: async () => (await auth.roleList(bounds())).roles,
    grant: (name: string, ...perm_: Parameters<typeof perm>) =>
      auth.roleGrantPermission({ name, perm: perm(...perm_) }, bounds()),
    revoke: (role: string, key: string, end = '') =>
      auth.roleRevokePermission({ role, key: bytes(key), range_end: bytes(end) }, bounds()),
    permissions: async (role: string) =>
      (await auth.roleGet({ role }, bounds())).perm
        .map(({ permType, key, range_end }) => `${text(key)}-${text(range_end)} ${['r', 'w', 'rw'][permType]}`)
        .sort(),
  };
}

describeTogether('users', {}, (scene: Scene) => {
  let on: ReturnType<typeof accounts>;
  beforeEach(async () => {
    on = accounts(await scene.client());
    for (const user of await on.users()) await on.deleteUser(user);
    for (const role of await on.roles()) await on.deleteRole(role);
  });

  it('are added once, listed in order, and deleted', async () => {
    for (const name of ['b', 'a', 'c']) await on.addUser(name);
    expect(await on.users()).toEqual(['a', 'b', 'c']);
    await refused(on.addUser('a'), 9, 'user name already exists');
    await refused(on.addUser(''), 3, 'user name is empty');
    await on.deleteUser('b');
    expect(await on.users()).toEqual(['a', 'c']);
    await refused(on.deleteUser('b'), 9, 'user name not found');
    await refused(on.userRoles('b'), 9, 'user name not found');
    await refused(on.changePassword('b', 'x'), 9, 'user name not found');
    await on.changePassword('a', 'x');
    await on.addUser('certificate only', '', { no_password: true });
  });

  it('get roles and lose them', async () => {
    await on.addUser('u');
    for (const role of ['z', 'y']) await on.addRole(role);
    for (const role of ['z', 'y', 'y']) await on.giveRole('u', role);
    expect(await on.userRoles('u')).toEqual(['y', 'z']);
    await refused(on.giveRole('u', 'none'), 9, 'role name not found');
    await refused(on.giveRole('none', 'y'), 9, 'user name not found');
    await on.takeRole('u', 'y');
    expect(await on.userRoles('u')).toEqual(['z']);
    await refused(on.takeRole('u', 'y'), 9, 'role is not granted to the user');
    await refused(on.takeRole('none', 'y'), 9, 'user name not found');
    await on.deleteRole('z');
    expect(await on.userRoles('u'), 'a deleted role is taken from all').toEqual([]);
  });

  it('need the user root and its role before authentication is turned on', async () => {
    const client = await scene.client();
    const enable = () => client.raw.auth.authEnable(bounds());
    await refused(enable(), 9, 'root user does not exist');
    await on.addUser('root');
    await refused(enable(), 9, 'root user does not have root role');
    // Servers of late make the role with the user who gets it.
    if (scene.since('3.5')) await on.addRole('root').catch(() => undefined);
    await refused(client.raw.auth.userGrantRole({ user: 'none', role: 'root' }, bounds()), 9, 'user name not found');
    // Authentication that is off is turned off at no cost.
    await client.raw.auth.authDisable(bounds());
    if (scene.since('3.5')) expect((await client.raw.auth.authStatus(bounds())).enabled).toBe(false);
  });
});

describeTogether('roles', {}, (scene: Scene) => {
  let on: ReturnType<typeof accounts>;
  beforeEach(async () => {
    on = accounts(await scene.client());
    for (const role of await on.roles()) await on.deleteRole(role);
  });

  it('are added once, listed in order, and deleted', async () => {
    for (const role of ['b', 'a']) await on.addRole(role);
    expect(await on.roles()).toEqual(['a', 'b']);
    await refused(on.addRole('a'), 9, 'role name already exists');
    await refused(on.addRole(''), 3, 'role name is empty');
    await on.deleteRole('a');
    expect(await on.roles()).toEqual(['b']);
    await refused(on.deleteRole('a'), 9, 'role name not found');
    await refused(on.permissions('a'), 9, 'role name not found');
  });

  it('hold permissions by key and range, the newest word counting', async () => {
    await on.addRole('r');
    await on.grant('r', 'read', 'k');
    await on.grant('r', 'write', 'b', 'c');
    await on.grant('r', 'readwrite', 'b');
    await on.grant('r', 'readwrite', 'p', '\0');
    expect(await on.permissions('r')).toEqual(['b- rw', 'b-c w', 'k- r', 'p-\0 rw']);
    await on.grant('r', 'write', 'k');
    expect(await on.permissions('r')).toEqual(['b- rw', 'b-c w', 'k- w', 'p-\0 rw']);
    await on.revoke('r', 'b', 'c');
    await on.revoke('r', 'p', '\0');
    expect(await on.permissions('r')).toEqual(['b- rw', 'k- w']);
    await refused(on.revoke('r', 'x'), 9, 'permission is not granted to the role');
    await refused(on.revoke('none', 'x'), 9, 'role name not found');
    await refused(on.grant('none', 'read', 'x'), 9, 'role name not found');
  });

  it('[inv 37] raise the revision of the policy with each change', async ({ skip }) => {
    if (!scene.since('3.5')) skip('the revision can be asked for since etcd 3.5');
    const client = await scene.client();
    const revision = async (): Promise<bigint> => (await client.raw.auth.authStatus(bounds())).authRevision;
    let last = await revision();
    const raises = async (change: () => Promise<unknown>): Promise<void> => {
      await change();
      const now = await revision();
      expect(now).toBe(last + 1n);
      last = now;
    };
    await raises(() => on.addRole('r'));
    await raises(() => on.grant('r', 'read', 'k'));
    await raises(() => on.addUser('u'));
    await raises(() => on.giveRole('u', 'r'));
    await raises(() => on.revoke('r', 'k'));
    await raises(() => on.changePassword('u', 'x'));
    await raises(() => on.takeRole('u', 'r'));
    await raises(() => on.deleteUser('u'));
    await raises(() => on.deleteRole('r'));
    await refusal(on.deleteRole('r'));
    expect(await revision()).toBe(last);
  });
});
