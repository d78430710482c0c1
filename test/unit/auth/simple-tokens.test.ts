import { describe, expect, it } from 'vitest';
import { SimpleTokens } from '../../../src/auth/simple-tokens.ts';
import { AssertionFailure, VirtualClock } from '../../../src/base/index.ts';

function made(waitForIndex?: (index: bigint) => Promise<void>) {
  const clock = new VirtualClock();
  const tokens = new SimpleTokens(clock, 300_000, waitForIndex);
  tokens.enable();
  return { clock, tokens };
}

describe('simple tokens', () => {
  it('are sixteen letters drawn anew each time, a dot and the index of their entry', async () => {
    const { tokens } = made();
    const prefixes = new Set(Array.from({ length: 100 }, () => tokens.newPrefix()));
    expect(prefixes.size).toBe(100);
    for (const prefix of prefixes) expect(prefix).toMatch(/^[a-zA-Z]{16}$/);
    expect(await tokens.assign('alice', 3n, 'abcdefghijklmnop', 17n)()).toBe('abcdefghijklmnop.17');
  });

  it('use every letter, in both cases', () => {
    const { tokens } = made();
    const letters = new Set(Array.from({ length: 200 }, () => tokens.newPrefix()).join(''));
    expect(letters.size).toBe(52);
  });

  it('are known at once to every member that applied the entry, whether or not it fetched the token', async () => {
    const { tokens } = made();
    tokens.assign('alice', 3n, 'p', 17n);
    expect(await tokens.identify('p.17', 9n)).toEqual({ name: 'alice', revision: 9n });
    expect(tokens.recall('p.17', 10n)).toEqual({ name: 'alice', revision: 10n });
  });

  it.each([
    '',
    'p',
    'p.',
    '.17',
    'p.18',
    'q.17',
    'p.17.1',
    'p.0x11',
    'p.-17',
    'p.+17',
    'p. 17',
    'p.18446744073709551616',
  ])('%j is none of them', async (token) => {
    const { tokens } = made();
    tokens.assign('alice', 3n, 'p', 17n);
    expect(await tokens.identify(token, 9n)).toBeUndefined();
    expect(tokens.recall(token, 9n)).toBeUndefined();
  });

  it('live 300 s after their last use', async () => {
    const { tokens, clock } = made();
    tokens.assign('alice', 3n, 'p', 17n);
    clock.advance(300_000);
    expect(await tokens.identify('p.17', 9n)).toBeDefined();
    clock.advance(300_000);
    expect(tokens.recall('p.17', 9n)).toBeDefined();
    clock.advance(300_001);
    expect(await tokens.identify('p.17', 9n)).toBeUndefined();
    clock.advance(-300_001);
    expect(tokens.recall('p.17', 9n)).toBeUndefined();
  });

  it('are forgotten with their user, the tokens of others are not', () => {
    const { tokens } = made();
    tokens.assign('alice', 3n, 'p', 17n);
    tokens.assign('alice', 3n, 'q', 18n);
    tokens.assign('bob', 3n, 'r', 19n);
    tokens.invalidateUser('alice');
    expect(['p.17', 'q.18', 'r.19'].map((token) => tokens.recall(token, 1n)?.name)).toEqual([
      undefined,
      undefined,
      'bob',
    ]);
  });

  it('are forgotten, and none is given, while authentication is off [inv 39]', async () => {
    const { tokens } = made();
    tokens.assign('alice', 3n, 'p', 17n);
    tokens.disable();
    expect(await tokens.assign('alice', 3n, 'q', 18n)()).toBe('q.18');
    tokens.enable();
    expect(tokens.recall('p.17', 1n)).toBeUndefined();
    expect(tokens.recall('q.18', 1n)).toBeUndefined();
  });

  it('stay when authentication is turned on that is on', () => {
    const { tokens } = made();
    tokens.assign('alice', 3n, 'p', 17n);
    tokens.enable();
    expect(tokens.recall('p.17', 1n)).toBeDefined();
  });

  it('are waited for on a member that is behind', async () => {
    let applied = (): void => {};
    const asked: bigint[] = [];
    const { tokens } = made(async (index) => {
      asked.push(index);
      await new Promise<void>((resolve) => {
        applied = resolve;
      });
    });
    const identity = tokens.identify('p.17', 9n);
    tokens.assign('alice', 3n, 'p', 17n);
    applied();
    expect(await identity).toEqual({ name: 'alice', revision: 9n });
    expect(asked).toEqual([17n]);
  });

  it('are unknown when the wait was given up', async () => {
    const { tokens } = made(() => Promise.reject(new Error('gone')));
    expect(await tokens.identify('p.17', 9n)).toBeUndefined();
  });

  it('cannot be given twice, and the failure does not tell the token', () => {
    const { tokens } = made();
    tokens.assign('alice', 3n, 'secretprefix', 17n);
    const again = (): unknown => tokens.assign('alice', 3n, 'secretprefix', 17n);
    expect(again).toThrow(AssertionFailure);
    expect(again).not.toThrow(/secretprefix/);
  });

  it('do not pile up when nobody asks for them any more', () => {
    const { tokens, clock } = made();
    for (let index = 0n; index < 100n; index++) {
      tokens.assign('alice', 3n, 'p', index);
      clock.advance(100_000);
    }
    // One that had been swept could be given again; one that was only out of date could not.
    expect(() => tokens.assign('alice', 3n, 'p', 5n)).not.toThrow();
    expect(() => tokens.assign('alice', 3n, 'p', 99n)).toThrow(AssertionFailure);
  });
});
