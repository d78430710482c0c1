import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { AuthOptionsError } from '../../../src/auth/index.ts';
import { VirtualClock } from '../../../src/base/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { type KeyFiles, openJwt, pairFor, pem } from './jwt-files.ts';

const SECRET = 'a secret of thirty-two characters';
const SIGNED = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const METHODS = [...SIGNED, 'HS256', 'HS384', 'HS512'];

const privateFile = (method: string): KeyFiles => ({
  'priv-key': method.startsWith('HS') ? SECRET : pem(pairFor(method).privateKey),
});
const decoded = (part: string | undefined): unknown => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

/** A token as somebody else might sign it, with RS256. */
const signed = async (claims: Readonly<Record<string, unknown>>, method = 'RS256', which = ''): Promise<string> =>
  await new SignJWT({ ...claims }).setProtectedHeader({ alg: method }).sign(pairFor(method, which).privateKey);

const claims = (clock: VirtualClock) => ({ username: 'alice', revision: 7, exp: clock.wallMs() / 1000 + 60 });

describe('JSON web tokens', () => {
  it.each(METHODS)('%s: a token says who, and at which revision it was given', async (method) => {
    const clock = new VirtualClock();
    const tokens = openJwt({ 'sign-method': method }, privateFile(method), clock);
    const token = await tokens.assign('alice', 7n, tokens.newPrefix(), 3n)();
    const [header, payload] = token.split('.');
    expect(decoded(header)).toEqual({ alg: method, typ: 'JWT' });
    expect(decoded(payload)).toEqual({ username: 'alice', revision: 7, exp: clock.wallMs() / 1000 + 300 });
    expect(await tokens.identify(token, 9n)).toEqual({ name: 'alice', revision: 7n });
  });

  it.each(SIGNED)('%s: who has the public key alone verifies and does not sign', async (method) => {
    const clock = new VirtualClock();
    const signer = openJwt({ 'sign-method': method }, privateFile(method), clock);
    const verifier = openJwt({ 'sign-method': method }, { 'pub-key': pem(pairFor(method).publicKey) }, clock);
    const token = await signer.assign('alice', 7n, '', 3n)();
    expect(await verifier.identify(token, 9n)).toEqual({ name: 'alice', revision: 7n });
    await expect(verifier.assign('alice', 7n, '', 3n)()).rejects.toThrow(refuse.verifyOnlyKey());
  });

  it('need no prefix, and no memory of a user or of authentication being on', async () => {
    const clock = new VirtualClock();
    const tokens = openJwt({ 'sign-method': 'ES256' }, privateFile('ES256'), clock);
    expect(tokens.newPrefix()).toBe('');
    const token = await tokens.assign('alice', 7n, '', 3n)();
    tokens.disable();
    tokens.enable();
    tokens.invalidateUser('alice');
    expect(await tokens.identify(token, 9n)).toEqual({ name: 'alice', revision: 7n });
  });

  it('live as long as `ttl` says, remembered or not', async () => {
    const clock = new VirtualClock();
    const open = () => openJwt({ 'sign-method': 'ES256', ttl: '1m30s' }, privateFile('ES256'), clock);
    const tokens = open();
    const token = await tokens.assign('alice', 7n, '', 3n)();
    expect(tokens.recall(token, 9n)).toBeUndefined();
    expect(await tokens.identify(token, 9n)).toBeDefined();
    clock.advance(89_999);
    expect(tokens.recall(token, 9n)).toEqual({ name: 'alice', revision: 7n });
    expect(await open().identify(token, 9n)).toBeDefined();
    clock.advance(1);
    expect(tokens.recall(token, 9n)).toBeUndefined();
    expect(await tokens.identify(token, 9n)).toBeUndefined();
    expect(await open().identify(token, 9n)).toBeUndefined();
  });

  it('keep their revision: what was given before a change of policy is obsolete after it [inv 37]', async () => {
    const tokens = openJwt({ 'sign-method': 'ES256' }, privateFile('ES256'));
    const token = await tokens.assign('alice', 7n, '', 3n)();
    expect((await tokens.identify(token, 8n))?.revision).toBe(7n);
    expect(tokens.recall(token, 9n)?.revision).toBe(7n);
  });

  it('of others are known by the same key, whether they expire or not', async () => {
    const clock = new VirtualClock();
    const tokens = openJwt({ 'sign-method': 'RS256' }, privateFile('RS256'), clock);
    const { username, revision } = claims(clock);
    for (const token of [await signed(claims(clock)), await signed({ username, revision })]) {
      expect(await tokens.identify(token, 9n)).toEqual({ name: 'alice', revision: 7n });
    }
    clock.advance(1e12);
    expect(await tokens.identify(await signed({ username, revision }), 9n)).toBeDefined();
  });

  const REFUSED: readonly (readonly [what: string, token: (clock: VirtualClock) => Promise<string>])[] = [
    ['text', async () => await Promise.resolve('no.token.this')],
    ['nothing', async () => await Promise.resolve('')],
    ['another key', async (clock) => await signed(claims(clock), 'RS256', 'another')],
    ['another method of the same key', async (clock) => await signed(claims(clock), 'PS256')],
    ['a longer hash', async (clock) => await signed(claims(clock), 'RS512')],
    ['no username', async (clock) => await signed({ ...claims(clock), username: undefined })],
    ['a username that is a number', async (clock) => await signed({ ...claims(clock), username: 1 })],
    ['no revision', async (clock) => await signed({ ...claims(clock), revision: undefined })],
    ['a revision that is text', async (clock) => await signed({ ...claims(clock), revision: '7' })],
    ['a negative revision', async (clock) => await signed({ ...claims(clock), revision: -1 })],
    ['an expiry that has passed', async (clock) => await signed({ ...claims(clock), exp: clock.wallMs() / 1000 })],
    ['an expiry that is text', async (clock) => await signed({ ...claims(clock), exp: 'tomorrow' })],
    ['a beginning to come', async (clock) => await signed({ ...claims(clock), nbf: clock.wallMs() / 1000 + 5 })],
    [
      // The secret would be the public key, which is no secret.
      'the public key taken for a secret',
      async (clock) => {
        const secret = Buffer.from(pem(pairFor('RS256').publicKey));
        return await new SignJWT(claims(clock)).setProtectedHeader({ alg: 'HS256' }).sign(secret);
      },
    ],
    [
      'no signature',
      async (clock) => {
        const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
        return await Promise.resolve(`${part({ alg: 'none' })}.${part(claims(clock))}.`);
      },
    ],
    ['a changed payload', async (clock) => (await signed(claims(clock))).replace(/\.ey./, '.eyK')],
  ];

  it.each(REFUSED)('are refused with %s', async (_what, make) => {
    const clock = new VirtualClock();
    const tokens = openJwt({ 'sign-method': 'RS256' }, privateFile('RS256'), clock);
    expect(await tokens.identify(await make(clock), 9n)).toBeUndefined();
  });

  it('are remembered up to a number, the oldest being forgotten', async () => {
    const tokens = openJwt({ 'sign-method': 'HS256' }, privateFile('HS256'));
    const given: string[] = [];
    for (let i = 0; i <= 1024; i++) given.push(await tokens.assign(`user ${i}`, 7n, '', 3n)());
    for (const token of given) await tokens.identify(token, 7n);
    const remembered = given.map((token) => tokens.recall(token, 7n)?.name);
    expect(remembered[0]).toBeUndefined();
    expect(remembered.slice(1).every((name, i) => name === `user ${i + 1}`)).toBe(true);
  });
});

describe('key files', () => {
  it.each([
    [
      'an RSA key, PKCS #1',
      'RS256',
      pem(pairFor('RS256').privateKey, 'pkcs1'),
      pem(pairFor('RS256').publicKey, 'pkcs1'),
    ],
    ['an RSA key, PKCS #8', 'RS256', pem(pairFor('RS256').privateKey), pem(pairFor('RS256').publicKey)],
    ['an EC key, SEC 1', 'ES256', pem(pairFor('ES256').privateKey, 'sec1'), pem(pairFor('ES256').publicKey)],
    ['an Ed25519 key', 'EdDSA', pem(pairFor('EdDSA').privateKey), pem(pairFor('EdDSA').publicKey)],
  ])('hold %s', async (_what, method, key, publicKey) => {
    const tokens = openJwt({ 'sign-method': method }, { 'priv-key': key, 'pub-key': publicKey });
    expect(await tokens.identify(await tokens.assign('a', 1n, '', 1n)(), 1n)).toBeDefined();
  });

  const rsa = pairFor('RS256');
  const WRONG: readonly (readonly [
    what: string,
    options: Readonly<Record<string, string>>,
    files: KeyFiles,
    text: RegExp,
  ])[] = [
    ['no method', {}, {}, /invalid auth signature method/],
    ['a method that is none', { 'sign-method': 'none' }, { 'priv-key': 'x' }, /invalid auth signature method/],
    ['a method in lower case', { 'sign-method': 'rs256' }, { 'priv-key': pem(rsa.privateKey) }, /signature method/],
    ['no key', { 'sign-method': 'RS256' }, {}, /missing key data \(pub-key or priv-key\)/],
    ['no secret', { 'sign-method': 'HS256' }, { 'pub-key': pem(rsa.publicKey) }, /missing key data \(priv-key\)/],
    ['an empty secret', { 'sign-method': 'HS256' }, { 'priv-key': '' }, /missing key data/],
    [
      'keys that do not match',
      { 'sign-method': 'RS256' },
      { 'priv-key': pem(rsa.privateKey), 'pub-key': pem(pairFor('RS256', 'another').publicKey) },
      /don't match/,
    ],
    ['no PEM', { 'sign-method': 'RS256' }, { 'priv-key': 'MIIEpAIBAAKC' }, /named by priv-key holds no private key/],
    ['a public key for the private one', { 'sign-method': 'RS256' }, { 'priv-key': pem(rsa.publicKey) }, /priv-key/],
    ['a private key for the public one', { 'sign-method': 'RS256' }, { 'pub-key': pem(rsa.privateKey) }, /pub-key/],
    [
      'a key of another kind',
      { 'sign-method': 'RS256' },
      { 'priv-key': pem(pairFor('ES256').privateKey) },
      /another kind/,
    ],
    [
      'a key on another curve',
      { 'sign-method': 'ES256' },
      { 'priv-key': pem(pairFor('ES384').privateKey) },
      /another kind/,
    ],
    ['a ttl without unit', { 'sign-method': 'HS256', ttl: '5' }, { 'priv-key': SECRET }, /ttl: .*missing unit/],
  ];

  it.each(WRONG)(
    'are refused with %s, and the error tells nothing of what they hold',
    (_what, options, files, text) => {
      const open = (): unknown => openJwt(options, files);
      expect(open).toThrow(AuthOptionsError);
      expect(open).toThrow(text);
      expect(open).not.toThrow(/MII|BEGIN|characters/);
    },
  );
});
