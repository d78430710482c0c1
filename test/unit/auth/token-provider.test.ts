import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AuthOptionsError, openTokenProvider } from '../../../src/auth/index.ts';
import { VirtualClock } from '../../../src/base/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';

const clock = new VirtualClock();

describe('openTokenProvider', () => {
  it.each([
    ['simple', /^[a-zA-Z]{16}$/],
    ['simple,anything=else', /^[a-zA-Z]{16}$/],
    ['', /^$/],
  ])('%j opens', (setting, prefix) => {
    expect(openTokenProvider(setting, { clock }).newPrefix()).toMatch(prefix);
  });

  it.each([
    ['random', /the type is "simple" or "jwt"/],
    ['Simple', /the type/],
    ['jwt,sign-method', /name=value/],
    ['jwt,sign-method=RS256=', /name=value/],
    ['jwt,', /name=value/],
    ['jwt,ttl=1m,ttl=1m', /ttl is given twice/],
    ['jwt,sign-method=RS256,priv-key=/nowhere/key.pem', /priv-key: ENOENT.*--auth-token/],
  ])('%j is refused, naming the cause and the setting', (setting, text) => {
    expect(() => openTokenProvider(setting, { clock })).toThrow(AuthOptionsError);
    expect(() => openTokenProvider(setting, { clock })).toThrow(text);
  });

  it('reads key files, and passes over options that it does not know', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'jwt-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'secret');
    writeFileSync(path, 'secret', { mode: 0o600 });
    const tokens = openTokenProvider(`jwt,sign-method=HS256,priv-key=${path},color=red`, { clock });
    const token = await tokens.assign('alice', 7n, '', 1n)();
    expect(await tokens.identify(token, 7n)).toEqual({ name: 'alice', revision: 7n });
  });

  it.each([
    [undefined, 300_000],
    [0, 300_000],
    [10, 10_000],
  ])('with a TTL of %s s forgets a simple token after %d ms', (simpleTtlSeconds, ttlMs) => {
    const own = new VirtualClock();
    const tokens = openTokenProvider('simple', { clock: own, simpleTtlSeconds });
    tokens.enable();
    tokens.assign('alice', 1n, 'p', 1n);
    own.advance(ttlMs);
    expect(tokens.recall('p.1', 1n)).toBeDefined();
    own.advance(ttlMs + 1);
    expect(tokens.recall('p.1', 1n)).toBeUndefined();
  });

  it('without a type neither gives tokens nor knows any', async () => {
    const tokens = openTokenProvider('', { clock });
    await expect(tokens.assign('alice', 1n, '', 1n)()).rejects.toThrow(refuse.authFailed());
    expect(await tokens.identify('x.1', 1n)).toBeUndefined();
    expect(tokens.recall('x.1', 1n)).toBeUndefined();
  });
});
