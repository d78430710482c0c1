import { describe, expect, it } from 'vitest';
import { AuthStore, NOBODY } from '../../../src/auth/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { addUser, as, type AuthWorld, authWorld, enabledWorld, newUser } from './auth-world.ts';
import { openJwt, pairFor, pem } from './jwt-files.ts';

/** Authentication is on, and alice has a token. */
async function loggedIn(): Promise<AuthWorld & { readonly token: string }> {
  const made = enabledWorld();
  addUser(made, 'alice');
  return { ...made, token: await made.auth.authenticate('alice', made.auth.newTokenPrefix(), 12n)() };
}

describe('identify', () => {
  it('gives whom a token was given to, as of the revision now', async () => {
    const made = await loggedIn();
    expect(await made.auth.identify({ token: made.token })).toEqual(as(made, 'alice'));
    made.auth.roles.add('more');
    expect(await made.auth.identify({ token: made.token })).toEqual(as(made, 'alice'));
    expect(made.auth.identifyAgain({ token: made.token })).toEqual(as(made, 'alice'));
  });

  it('takes a token with "Bearer" before it', async () => {
    const made = await loggedIn();
    expect(await made.auth.identify({ token: `Bearer ${made.token}` })).toEqual(as(made, 'alice'));
  });

  it('gives whom a certificate names, and prefers a token to it', async () => {
    const made = await loggedIn();
    expect(await made.auth.identify({ commonName: 'bob' })).toEqual(as(made, 'bob'));
    expect(made.auth.identifyAgain({ commonName: 'bob' })).toEqual(as(made, 'bob'));
    expect(await made.auth.identify({ commonName: 'bob', token: made.token })).toEqual(as(made, 'alice'));
  });

  it('does not fall back to the certificate when a token is no good', async () => {
    const made = await loggedIn();
    const caller = { commonName: 'root', token: 'x.1' };
    await expect(made.auth.identify(caller)).rejects.toThrow(refuse.invalidAuthToken());
    expect(() => made.auth.identifyAgain(caller)).toThrow(refuse.invalidAuthToken());
  });

  it('gives nobody where there is neither', async () => {
    const made = await loggedIn();
    expect(await made.auth.identify({})).toBeUndefined();
    expect(made.auth.identifyAgain({})).toBeUndefined();
  });

  it('looks at no token while authentication is off', async () => {
    const made = await loggedIn();
    made.auth.disable();
    expect(await made.auth.identify({ token: 'whatever' })).toBeUndefined();
    expect(await made.auth.identify({ token: 'whatever', commonName: 'bob' })).toEqual(as(made, 'bob'));
  });

  it.each([
    ['their user is deleted', ({ auth }: AuthWorld) => auth.users.delete('alice')],
    ['their user has a new password', ({ auth }: AuthWorld) => auth.users.changePassword(newUser('alice'))],
    [
      'authentication was off in between',
      ({ auth }: AuthWorld) => {
        auth.disable();
        auth.enable();
      },
    ],
    ['they were not used for five minutes', ({ clock }: AuthWorld) => clock.advance(300_001)],
  ])('knows simple tokens no more when %s', async (_what, step) => {
    const made = await loggedIn();
    step(made);
    await expect(made.auth.identify({ token: made.token })).rejects.toThrow(refuse.invalidAuthToken());
    expect(() => made.auth.identifyAgain({ token: made.token })).toThrow(refuse.invalidAuthToken());
  });

  it('makes a signed token obsolete with every change of policy [inv 37]', async () => {
    const tokens = openJwt({ 'sign-method': 'ES256' }, { 'priv-key': pem(pairFor('ES256').privateKey) });
    const made = enabledWorld({ tokens });
    const token = await made.auth.authenticate('root', '', 12n)();
    const identity = await made.auth.identify({ token });
    expect(identity).toEqual(as(made, 'root'));
    made.auth.roles.add('more');
    expect(await made.auth.identify({ token })).toEqual(identity);
    expect(() =>
      made.auth.access.checkRange(identity ?? NOBODY, { key: Buffer.from('a'), range_end: Buffer.of() }),
    ).toThrow(refuse.authOldRevision());
  });

  it('keeps simple tokens when a snapshot takes the store’s place', async () => {
    const made = await loggedIn();
    const next = AuthStore.open(made.buckets, {
      journal: made.buckets,
      tokens: made.tokens,
      leases: { keysOf: () => [] },
    });
    expect(await next.identify({ token: made.token })).toEqual(as(made, 'alice'));
  });
});

describe('authenticate', () => {
  it('is refused while authentication is off, to nobody and to users without password', () => {
    const off = authWorld();
    addUser(off, 'alice');
    expect(() => off.auth.authenticate('alice', 'p', 1n)).toThrow(refuse.authNotEnabled());
    const made = enabledWorld();
    made.auth.users.add(newUser('cn', { no_password: true }));
    expect(() => made.auth.authenticate('gone', 'p', 1n)).toThrow(refuse.authFailed());
    expect(() => made.auth.authenticate('cn', 'p', 1n)).toThrow(refuse.authFailed());
  });
});

describe('checkPassword', () => {
  async function withPassword(): Promise<AuthWorld> {
    const made = enabledWorld();
    made.auth.users.add(
      await made.auth.prepareUserAdd({ ...newUser('alice'), password: 'secret', hashedPassword: '' }),
    );
    return made;
  }

  it('gives the revision at which the password was right, not the one at which it was found so', async () => {
    const made = await withPassword();
    const before = made.auth.revision;
    const checking = made.auth.checkPassword('alice', 'secret');
    made.auth.roles.add('meanwhile');
    expect(await checking).toBe(before);
    expect(made.auth.revision).toBe(before + 1n);
  });

  it.each([
    ['a wrong password', 'alice', 'Secret'],
    ['none', 'alice', ''],
    ['a user who is not there', 'gone', 'secret'],
  ])('is refused with %s, in the same words', async (_what, name, password) => {
    const made = await withPassword();
    await expect(made.auth.checkPassword(name, password)).rejects.toThrow(refuse.authFailed());
  });

  it('is refused to users without password and while authentication is off', async () => {
    const made = await withPassword();
    made.auth.users.add(newUser('cn', { no_password: true }));
    await expect(made.auth.checkPassword('cn', '')).rejects.toThrow(refuse.noPasswordUser());
    made.auth.disable();
    await expect(made.auth.checkPassword('alice', 'secret')).rejects.toThrow(refuse.authNotEnabled());
  });

  it('follows a new password', async () => {
    const made = await withPassword();
    const { auth } = made;
    const change = { name: 'alice', password: 'newer', hashedPassword: '' };
    auth.users.changePassword(await auth.preparePasswordChange(change));
    await expect(auth.checkPassword('alice', 'secret')).rejects.toThrow(refuse.authFailed());
    expect(await auth.checkPassword('alice', 'newer')).toBe(auth.revision);
    // Without any password in the request, none fits any more.
    auth.users.changePassword(await auth.preparePasswordChange({ ...change, password: '' }));
    for (const password of ['newer', '']) {
      await expect(auth.checkPassword('alice', password)).rejects.toThrow(refuse.authFailed());
    }
  });
});

describe('what is proposed', () => {
  it('holds the hash and not the password', async () => {
    const { auth } = authWorld();
    const request = { ...newUser('alice'), password: 'secret', hashedPassword: 'what the client claims' };
    for (const proposed of [await auth.prepareUserAdd(request), await auth.preparePasswordChange(request)]) {
      expect(proposed.password).toBe('');
      expect(Buffer.from(proposed.hashedPassword, 'base64').toString()).toMatch(/^\$2a\$04\$/);
    }
    // The caller's own request is as it was.
    expect(request.password).toBe('secret');
  });

  it('holds neither for a user without password', async () => {
    const { auth } = authWorld();
    const proposed = await auth.prepareUserAdd({ ...newUser('cn', { no_password: true }), password: 'secret' });
    expect(proposed.password).toBe('');
  });

  it('is refused for a password too long', async () => {
    const { auth } = authWorld();
    const request = { ...newUser('alice'), password: 'x'.repeat(73) };
    await expect(auth.prepareUserAdd(request)).rejects.toThrow(refuse.passwordTooLong());
    await expect(auth.preparePasswordChange(request)).rejects.toThrow(refuse.passwordTooLong());
  });
});
