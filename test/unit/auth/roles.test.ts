import { describe, expect, it } from 'vitest';
import type { Permission } from '../../../src/wire/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { addRole, addUser, authWorld, type AuthWorld, bytes, enabledWorld, permission } from './auth-world.ts';

type Step = (world: AuthWorld) => void;

const grant = (name: string, perm: Permission | undefined): Step => {
  return ({ auth }) => auth.roles.grantPermission({ name, perm });
};
const revoke = (role: string, key: string, end = ''): Step => {
  return ({ auth }) => auth.roles.revokePermission({ role, key: bytes(key), range_end: bytes(end) });
};

const DONE: readonly (readonly [what: string, step: Step])[] = [
  ['adding a role', ({ auth }) => auth.roles.add('new')],
  ['deleting one', ({ auth }) => auth.roles.delete('reader')],
  ['granting a permission', grant('reader', permission('READ', 'x'))],
  ['granting one again', grant('reader', permission('READ', 'a', 'c'))],
  ['replacing one', grant('reader', permission('WRITE', 'a', 'c'))],
  ['revoking one', revoke('reader', 'a', 'c')],
  ['deleting the root role while authentication is off', ({ auth }) => auth.roles.delete('root')],
];

const REFUSED: readonly (readonly [what: string, refusal: () => Error, step: Step])[] = [
  ['adding a role without a name', refuse.roleEmpty, ({ auth }) => auth.roles.add('')],
  ['adding one that is there', refuse.roleExists, ({ auth }) => auth.roles.add('reader')],
  ['deleting none', refuse.roleNotFound, ({ auth }) => auth.roles.delete('none')],
  ['granting nothing', refuse.permissionNotGiven, grant('reader', undefined)],
  ['granting nothing to no role', refuse.permissionNotGiven, grant('none', undefined)],
  ['granting to no role', refuse.roleNotFound, grant('none', permission('READ', 'a'))],
  ['granting on no key', refuse.invalidAuthManagement, grant('reader', permission('READ', ''))],
  ['granting on an inverted range', refuse.invalidAuthManagement, grant('reader', permission('READ', 'b', 'a'))],
  ['granting on an empty range', refuse.invalidAuthManagement, grant('reader', permission('READ', 'b', 'b'))],
  ['an invalid range to no role', refuse.invalidAuthManagement, grant('none', permission('READ', ''))],
  ['revoking from no role', refuse.roleNotFound, revoke('none', 'a', 'c')],
  ['revoking another range', refuse.permissionNotGranted, revoke('reader', 'a', 'b')],
  ['revoking a key of a range', refuse.permissionNotGranted, revoke('reader', 'a')],
  ['looking at none', refuse.roleNotFound, ({ auth }) => auth.roles.permissionsOf('none')],
];

/** A role `reader` of a to c and of the key k, a role `root`, a user who reads. */
function world(): AuthWorld {
  const made = authWorld();
  addRole(made, 'reader', permission('READ', 'a', 'c'), permission('READ', 'k'));
  addRole(made, 'root');
  addUser(made, 'alice', 'reader');
  return made;
}

describe('roles', () => {
  it.each(DONE)('%s raises the auth revision by one [inv 37]', (_what, step) => {
    const made = world();
    const before = made.auth.revision;
    step(made);
    expect(made.auth.revision).toBe(before + 1n);
  });

  it.each(REFUSED)('refuse %s, and nothing changes [inv 37]', (_what, refusal, step) => {
    const made = world();
    const before = [made.auth.revision, made.buckets.dump()];
    expect(() => step(made)).toThrow(refusal());
    expect([made.auth.revision, made.buckets.dump()]).toEqual(before);
  });

  it('refuse to lose the root role while authentication is on', () => {
    const made = enabledWorld();
    made.auth.roles.add('root');
    expect(() => made.auth.roles.delete('root')).toThrow(refuse.invalidAuthManagement());
  });

  it('are taken from everybody when they are deleted', () => {
    const made = world();
    made.auth.roles.delete('reader');
    expect(made.auth.users.rolesOf('alice')).toEqual([]);
    // A role of the same name is another one.
    made.auth.roles.add('reader');
    expect(made.auth.users.rolesOf('alice')).toEqual([]);
  });

  it('keep their permissions in the order of their keys, and replace one on the same range', () => {
    const made = authWorld();
    const grants = [
      permission('READ', 'm'),
      permission('WRITE', 'a', 'z'),
      permission('READ', 'b'),
      permission('READWRITE', 'm'),
      permission('READ', 'a\0'),
    ];
    addRole(made, 'r', ...grants);
    expect(made.auth.roles.permissionsOf('r')).toEqual([
      permission('WRITE', 'a', 'z'),
      permission('READ', 'a\0'),
      permission('READ', 'b'),
      permission('READWRITE', 'm'),
    ]);
  });

  it('list several ranges that begin at one key in the order of their grants', () => {
    const made = authWorld();
    addRole(made, 'r', permission('READ', 'a', 'c'), permission('READ', 'a', 'b'), permission('WRITE', 'a', 'c'));
    expect(made.auth.roles.permissionsOf('r')).toEqual([permission('WRITE', 'a', 'c'), permission('READ', 'a', 'b')]);
  });

  it('show the root role as what it may do: everything, whatever it was granted', () => {
    const made = world();
    const everything = [permission('READWRITE', '', '\0')];
    expect(made.auth.roles.permissionsOf('root')).toEqual(everything);
    made.auth.roles.grantPermission({ name: 'root', perm: permission('READ', 'a') });
    expect(made.auth.roles.permissionsOf('root')).toEqual(everything);
  });

  it('are listed in the order of their bytes', () => {
    const made = authWorld();
    for (const name of ['b', 'Z', 'é', '\u{10000}', '\uffff', 'a']) made.auth.roles.add(name);
    expect(made.auth.roles.list()).toEqual(['Z', 'a', 'b', 'é', '\uffff', '\u{10000}']);
  });

  it('give nothing out that could change them', () => {
    const made = world();
    made.auth.roles.permissionsOf('reader').pop();
    made.auth.users.rolesOf('alice').pop();
    expect(made.auth.roles.permissionsOf('reader')).toHaveLength(2);
    expect(made.auth.users.rolesOf('alice')).toEqual(['reader']);
  });
});
