import { createServer as createPlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dialer, type PeerTls } from '../../../src/peer/request.ts';
import { issueAuthority } from '../../support/pki.ts';

let server: Server;
let ca = '';
let url = '';

beforeAll(async () => {
  const authority = await issueAuthority('peers');
  ca = authority.cert;
  const pair = await authority.issue({ commonName: 'member', hosts: ['127.0.0.1'] });
  server = createServer({ cert: pair.cert, key: pair.key }, (_request, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

async function ask(tls: Partial<PeerTls>): Promise<string> {
  const dialer = new Dialer({
    tls: () => ({ ca, cert: undefined, key: undefined, ...tls }),
    idleTimeoutMs: 2_000,
  });
  try {
    return (await dialer.exchange({ method: 'GET', url, path: '/', headers: {} })).text.toString();
  } finally {
    dialer.close();
  }
}

describe('who dials another member over TLS', () => {
  it('trusts its authority, and the names that are allowed', async () => {
    expect(await ask({})).toBe('hello');
    const seen: unknown[] = [];
    expect(await ask({ refusalOf: ({ subject }) => void seen.push(subject.CN) })).toBe('hello');
    expect(seen).toEqual(['member']);
  });

  it.each<[string, Partial<PeerTls>, string]>([
    ['a name that is not allowed', { refusalOf: () => 'this name is not allowed' }, 'this name is not allowed'],
    ['another authority', { ca: undefined }, 'unable to verify the first certificate'],
    ['the name of another host', { serverName: 'elsewhere' }, "does not match certificate's altnames"],
  ])('refuses %s', async (_what, tls, reason) => {
    await expect(ask(tls)).rejects.toThrow(reason);
  });
});

describe('who dials another member from an address of its own', () => {
  it.each(['http', 'https'])('is seen to come from there over %s', async (scheme) => {
    const seen: (string | undefined)[] = [];
    const count = (socket: Socket): void => void seen.push(socket.remoteAddress);
    const plain = createPlainServer((_request, response) => response.end('hello'));
    const listening = scheme === 'https' ? server : plain;
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    listening.on('connection', count);
    const target = scheme === 'https' ? url : `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    const dialer = new Dialer({
      tls: () => ({ ca, cert: undefined, key: undefined }),
      idleTimeoutMs: 2_000,
      localAddress: '127.0.0.9',
    });
    try {
      await dialer.exchange({ method: 'GET', url: target, path: '/', headers: {} });
      expect(seen).toEqual(['127.0.0.9']);
    } finally {
      dialer.close();
      listening.off('connection', count);
      plain.close();
    }
  });
});
