import { describe, expect, it } from 'vitest';
import { bcryptCostOr, hashPassword, isPassword, storedPassword } from '../../../src/auth/passwords.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString();

/** Made by Go's bcrypt, at cost 5. */
const OF_GO: readonly (readonly [what: string, password: string, hash: string])[] = [
  ['an empty password', '', '$2a$05$e9xPbFl5Hyme39K2dwghOuCU6nduo7306flARIg8elhRmHV2HCQ5i'],
  ['a plain one', 'secret', '$2a$05$zZbSlXcjn5/HOzGsRN5EHeuhYjoT/BbBsZ311IEWijVK2nkl0T6tO'],
  ['one beyond ASCII', 'pässwörd ☃', '$2a$05$QxyF/eyWf00N6.3QaDWi0.n5fJGAUN1dfCNMQHtWcu2MSIk5sKnKC'],
  ['one with a zero byte', 'a\0b', '$2a$05$YU3FGRCajAdxqv3S827vwuLdVbVHZtAHZ8bKt3vsnbsItGjD/ukDa'],
  ['the longest', 'x'.repeat(72), '$2a$05$K4DHFbNYQkpwBsgirP5IoupgeycpL/JvCtVU9fvOaU4nQQ7AClhMu'],
];

describe('passwords', () => {
  it.each(OF_GO)('knows %s again that Go hashed', async (_what, password, hash) => {
    expect(await isPassword(password, Buffer.from(hash))).toBe(true);
    if (password.length < 72) expect(await isPassword(`${password}x`, Buffer.from(hash))).toBe(false);
    expect(await isPassword(`y${password}`, Buffer.from(hash))).toBe(false);
  });

  it.each(OF_GO)('hashes %s in the form that Go writes, with a salt of its own', async (_what, password) => {
    const [one, two] = [decoded(await hashPassword(password, 4)), decoded(await hashPassword(password, 4))];
    expect(one).toMatch(/^\$2a\$04\$[./A-Za-z0-9]{53}$/);
    expect(two).not.toBe(one);
    expect(await isPassword(password, Buffer.from(one))).toBe(true);
  });

  it.each(['x'.repeat(73), 'ä'.repeat(37)])(
    'refuses more than 72 bytes, the rest of which would not count',
    async (password) => {
      await expect(hashPassword(password, 4)).rejects.toThrow(refuse.passwordTooLong());
    },
  );

  it.each(['', 'x', '$2a$05$short', 'é'.repeat(60)])(
    'takes nothing for the password of the stored value %j',
    async (stored) => {
      for (const password of ['', 'x', stored]) expect(await isPassword(password, Buffer.from(stored))).toBe(false);
    },
  );

  it('are worked on one after the other: the event loop is not held by many in turns', async () => {
    const order: string[] = [];
    await Promise.all([
      // Much more work than the others, and begun first.
      hashPassword('x', 10).then(() => order.push('first')),
      hashPassword('x', 4).then(() => order.push('second')),
      isPassword('secret', Buffer.from(OF_GO[1]?.[2] ?? '')).then((is) => order.push(`third ${is}`)),
    ]);
    expect(order).toEqual(['first', 'second', 'third true']);
  });

  it.each([
    [4, 4],
    [10, 10],
    [31, 31],
    [3, 10],
    [32, 10],
    [0, 10],
    [5.5, 10],
    [Number.NaN, 10],
    [undefined, 10],
  ])('a cost of %s is one of %d', (given, used) => {
    expect(bcryptCostOr(given)).toBe(used);
  });
});

describe('storedPassword', () => {
  const stored = (hashedPassword: string, password = ''): string =>
    Buffer.from(storedPassword({ password, hashedPassword }, 4)).toString('hex');

  it.each([
    ['', ''],
    ['YQ==', '61'],
    ['YWI=', '6162'],
    ['YWJj', '616263'],
    ['+/+/', 'fbffbf'],
    ['YW\nJj\r\n', '616263'],
  ])('decodes %j as Go does', (base64, hex) => {
    expect(stored(base64)).toBe(hex);
  });

  it.each(['YQ', 'YQ=', 'Y', 'YQ==YQ==', '-_-_', 'YW Jj', '===='])('refuses %j, which is no base64 to Go', (base64) => {
    expect(() => stored(base64)).toThrow(refuse.noPasswordUser());
  });

  it('prefers the hash to a password', () => {
    expect(stored('YQ==', 'secret')).toBe('61');
  });

  it('hashes the password in an entry of an etcd before 3.5', async () => {
    const hash = storedPassword({ password: 'secret', hashedPassword: '' }, 4);
    expect(Buffer.from(hash).toString()).toMatch(/^\$2a\$04\$/);
    expect(await isPassword('secret', hash)).toBe(true);
  });
});
