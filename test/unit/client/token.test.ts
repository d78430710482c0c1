import { describe, expect, it, vi } from 'vitest';
import type { ClientConfig } from '../../../src/client/index.ts';
import { Token } from '../../../src/client/token.ts';

type Who = Pick<ClientConfig, 'user' | 'jwt'>;

function tokenOf(who: Who) {
  const authenticate = vi.fn(async () => ({ header: undefined, token: `token-${authenticate.mock.calls.length}` }));
  return { token: new Token(who, authenticate), authenticate };
}

describe('who has a token to renew', () => {
  it.each<[string, Who, string, boolean]>([
    ['nobody', {}, '', false],
    ['a user', { user: { name: 'alice', password: 'pw' } }, '', true],
    ['a user without a password', { user: { name: 'alice', password: '' } }, '', false],
    ['a password without a user', { user: { name: '', password: 'pw' } }, '', false],
    ['a JWT', { jwt: 'a.b.c' }, 'a.b.c', false],
    ['a JWT beside a user', { jwt: 'a.b.c', user: { name: 'alice', password: 'pw' } }, 'a.b.c', false],
  ])('%s', async (_, who, value, isRenewable) => {
    const { token, authenticate } = tokenOf(who);
    expect([token.value, token.isRenewable]).toEqual([value, isRenewable]);
    await token.renew({});
    expect(authenticate.mock.calls).toHaveLength(isRenewable ? 1 : 0);
    expect(token.value).toBe(isRenewable ? 'token-1' : value);
  });
});

describe('renewing', () => {
  const alice = { user: { name: 'alice', password: 'pw' } };

  it('sends name and password within the bounds, and no old token', async () => {
    const { token, authenticate } = tokenOf(alice);
    await token.renew({});
    const bounds = { signal: new AbortController().signal };
    authenticate.mockImplementationOnce(async () => {
      expect(token.value).toBe('');
      return { header: undefined, token: 'second' };
    });
    await token.renew(bounds);
    expect(authenticate).toHaveBeenLastCalledWith({ name: 'alice', password: 'pw' }, bounds);
    expect(token.value).toBe('second');
  });

  it('is done once for calls that need it at the same time', async () => {
    const { token, authenticate } = tokenOf(alice);
    await Promise.all([token.renew({}), token.renew({}), token.renew({})]);
    expect(authenticate).toHaveBeenCalledTimes(1);
    await token.renew({});
    expect(authenticate).toHaveBeenCalledTimes(2);
  });

  it('may fail, and be tried again', async () => {
    const { token, authenticate } = tokenOf(alice);
    authenticate.mockRejectedValueOnce(new Error('wrong password'));
    await expect(token.renew({})).rejects.toThrow('wrong password');
    expect(token.value).toBe('');
    await token.renew({});
    expect(token.value).toBe('token-2');
  });
});
