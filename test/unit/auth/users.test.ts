import { describe, expect, it } from 'vitest';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { addRole, addUser, authWorld, type AuthWorld, enabledWorld, newUser } from './auth-world.ts';

type Step = (world: AuthWorld) => void;
const password = (name: string, text = 'new') => ({
  name,
  password: '',
  hashedPassword: Buffer.from(text).toString('base64'),
});

/** Everything that can be done to users; `raises` tells by how much the auth revision grows. */
const DONE: readonly (readonly [what: string, raises: bigint, step: Step])[] = [
  ['adding a user', 1n, ({ auth }) => auth.users.add(newUser('new'))],
  ['adding one without password', 1n, ({ auth }) => auth.users.add(newUser('new', { no_password: true }))],
  ['deleting a user', 1n, ({ auth }) => auth.users.delete('alice')],
  ['changing a password', 1n, ({ auth }) => auth.users.changePassword(password('alice'))],
  ['changing it to the same', 1n, ({ auth }) => auth.users.changePassword(password('alice', 'hash of alice'))],
  ['granting a role', 1n, ({ auth }) => auth.users.grantRole({ user: 'alice', role: 'writer' })],
  ['granting a role that is there', 0n, ({ auth }) => auth.users.grantRole({ user: 'alice', role: 'reader' })],
  ['granting the root role, made or not', 1n, ({ auth }) => auth.users.grantRole({ user: 'alice', role: 'root' })],
  ['revoking a role', 1n, ({ auth }) => auth.users.revokeRole({ name: 'alice', role: 'reader' })],
  ['deleting root while authentication is off', 1n, ({ auth }) => auth.users.delete('root')],
  ['revoking its role while it is off', 1n, ({ auth }) => auth.users.revokeRole({ name: 'root', role: 'root' })],
];

const REFUSED: readonly (readonly [what: string, refusal: () => Error, step: Step])[] = [
  ['adding a user without a name', refuse.userEmpty, ({ auth }) => auth.users.add(newUser(''))],
  ['adding a user that is there', refuse.userExists, ({ auth }) => auth.users.add(newUser('alice'))],
  [
    'adding one with a hash that is not base64',
    refuse.noPasswordUser,
    ({ auth }) => auth.users.add({ ...newUser('new'), hashedPassword: 'a-b' }),
  ],
  ['deleting nobody', refuse.userNotFound, ({ auth }) => auth.users.delete('nobody')],
  ['changing the password of nobody', refuse.userNotFound, ({ auth }) => auth.users.changePassword(password('nobody'))],
  [
    'changing it to a hash that is not base64',
    refuse.noPasswordUser,
    ({ auth }) => auth.users.changePassword({ ...password('alice'), hashedPassword: 'abc' }),
  ],
  ['granting to nobody', refuse.userNotFound, ({ auth }) => auth.users.grantRole({ user: 'nobody', role: 'reader' })],
  ['granting no role', refuse.roleNotFound, ({ auth }) => auth.users.grantRole({ user: 'alice', role: 'none' })],
  [
    'revoking from nobody',
    refuse.userNotFound,
    ({ auth }) => auth.users.revokeRole({ name: 'nobody', role: 'reader' }),
  ],
  [
    'revoking what is not granted',
    refuse.roleNotGranted,
    ({ auth }) => auth.users.revokeRole({ name: 'alice', role: 'writer' }),
  ],
  ['the roles of nobody', refuse.userNotFound, ({ auth }) => auth.users.rolesOf('nobody')],
];

/** Roles reader and writer; alice who reads; root. */
function world(make: () => AuthWorld = authWorld): AuthWorld {
  const made = make();
  addRole(made, 'reader');
  addRole(made, 'writer');
  addUser(made, 'alice', 'reader');
  if (!made.auth.enabled) addUser(made, 'root', 'root');
  return made;
}

describe('users', () => {
  it.each(DONE)('%s raises the auth revision by %d, in the database too [inv 37]', (_what, raises, step) => {
    const made = world();
    const before = made.auth.revision;
    const written = made.buckets.writes;
    step(made);
    expect(made.auth.revision).toBe(before + raises);
    if (raises === 0n) expect(made.buckets.writes).toBe(written);
    const [, stored] =
      made.buckets.records('auth').find(([key]) => Buffer.from(key).toString() === 'authRevision') ?? [];
    expect(Buffer.from(stored ?? []).readBigUInt64BE()).toBe(made.auth.revision);
  });

  it.each(REFUSED)('refuse %s, and nothing changes [inv 37]', (_what, refusal, step) => {
    const made = world();
    const before = [made.auth.revision, made.buckets.dump()];
    expect(() => step(made)).toThrow(refusal());
    expect([made.auth.revision, made.buckets.dump()]).toEqual(before);
  });

  it.each([
    ['deleting root', ({ auth }: AuthWorld) => auth.users.delete('root')],
    ['taking its role', ({ auth }: AuthWorld) => auth.users.revokeRole({ name: 'root', role: 'root' })],
  ])('refuse %s while authentication is on', (_what, step) => {
    const made = world(enabledWorld);
    const before = made.auth.revision;
    expect(() => step(made)).toThrow(refuse.invalidAuthManagement());
    expect(made.auth.revision).toBe(before);
  });

  it('let other users have the root role and lose it again while authentication is on', () => {
    const made = world(enabledWorld);
    made.auth.users.grantRole({ user: 'alice', role: 'root' });
    expect(made.auth.users.rolesOf('alice')).toEqual(['reader', 'root']);
    made.auth.users.revokeRole({ name: 'alice', role: 'root' });
    made.auth.users.delete('alice');
    expect(made.auth.users.list()).toEqual(['root']);
  });

  it('are listed, and their roles, in the order of their bytes', () => {
    const made = authWorld();
    const names = ['b', 'Z', 'é', 'a', '\u{10000}', '\uffff', 'a b'];
    for (const name of names) addRole(made, name);
    for (const name of names) addUser(made, name);
    for (const role of names) made.auth.users.grantRole({ user: 'a', role });
    // In UTF-8, unlike in UTF-16, what lies beyond the basic plane comes last.
    const sorted = ['Z', 'a', 'a b', 'b', 'é', '\uffff', '\u{10000}'];
    expect(made.auth.users.list()).toEqual(sorted);
    expect(made.auth.users.rolesOf('a')).toEqual(sorted);
  });

  it('keep roles and options through a new password', () => {
    const made = world();
    made.auth.users.changePassword(password('alice'));
    expect(made.auth.users.rolesOf('alice')).toEqual(['reader']);
  });

  it('stay without a password when they are without one', async () => {
    const made = world(enabledWorld);
    made.auth.users.add(newUser('cn', { no_password: true }));
    made.auth.users.changePassword(password('cn', 'anything'));
    await expect(made.auth.checkPassword('cn', 'anything')).rejects.toThrow(refuse.noPasswordUser());
  });
});
