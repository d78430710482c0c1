import { describe, expect, it } from 'vitest';
import { admit } from '../../../src/serve/http/access.ts';

const visit = { method: 'GET', host: 'evil.example:2379', origin: 'http://page.example', isSecure: false };

describe('who may ask over HTTP', () => {
  it.each([
    [{ cors: [], hostWhitelist: [] }, '*'],
    [{ cors: ['*'], hostWhitelist: ['*'] }, '*'],
    [{ cors: ['http://page.example'], hostWhitelist: ['evil.example'] }, 'http://page.example'],
    [{ cors: ['http://other.example'], hostWhitelist: [] }, undefined],
  ])('%j lets %s in', (rules, origin) => {
    const { headers, answer } = admit(visit, rules);
    expect(headers['access-control-allow-origin']).toBe(origin);
    expect(answer).toBeUndefined();
  });

  it('asks for names that are known, but not over TLS', () => {
    const rules = { cors: [], hostWhitelist: ['etcd.example'] };
    expect(admit(visit, rules).answer).toMatchObject({ status: 421 });
    expect(admit(visit, rules).answer?.body).toContain('--host-whitelist "evil.example"');
    expect(admit({ ...visit, isSecure: true }, rules).answer).toBeUndefined();
    expect(admit({ ...visit, host: 'etcd.example' }, rules).answer).toBeUndefined();
  });

  it('answers a browser that asks first', () => {
    expect(admit({ ...visit, method: 'OPTIONS' }, { cors: [], hostWhitelist: [] })).toMatchObject({
      answer: { status: 200, body: '' },
      headers: { 'access-control-allow-methods': 'POST, GET, OPTIONS, PUT, DELETE' },
    });
  });
});
