import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/base/index.ts';
import { Dialer } from '../../../src/peer/request.ts';
import { configure, parseCommandLine } from '../../../src/process/index.ts';
import { listenForPeers, type PeerListenerOptions } from '../../../src/process/peer-listener.ts';
import { tlsFiles } from '../../../src/process/tls/material.ts';
import { type Authority, issueAuthority } from '../../support/pki.ts';
import { freePorts } from '../../support/ports.ts';

let folder = '';
let authority: Authority;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'peers-'));
  authority = await issueAuthority('peers');
  const pair = await authority.issue({ commonName: 'member', hosts: ['127.0.0.1'] });
  writeFileSync(join(folder, 'cert'), pair.cert);
  writeFileSync(join(folder, 'key'), pair.key);
  writeFileSync(join(folder, 'ca'), authority.cert);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function secured(...more: readonly string[]): PeerListenerOptions['tls'] {
  const flags = [`--peer-cert-file=${join(folder, 'cert')}`, `--peer-key-file=${join(folder, 'key')}`, ...more];
  const { settings } = configure({ commandLine: parseCommandLine(flags), env: {}, readFile: () => '' });
  const files = tlsFiles(settings.peerTls, 'server', 'peer-');
  if (files === undefined) throw new Error('there are files');
  return {
    files,
    settings: settings.peerTls,
    revoked: () => undefined,
    minVersion: 'TLSv1.2',
    maxVersion: undefined,
    ciphers: undefined,
  };
}

describe.each(['http', 'https'])('a listener for members over %s', (scheme) => {
  it('ends at once, whatever its connections are about', async () => {
    const [port = 0] = await freePorts(1);
    const listeners = await listenForPeers({
      urls: [`${scheme}://127.0.0.1:${port}`],
      tls: scheme === 'https' ? secured() : undefined,
      handle: (_request, response) => response.writeHead(200).flushHeaders(),
      log: () => undefined,
    });
    const silent = net.connect(port, '127.0.0.1');
    const half = net.connect(port, '127.0.0.1');
    half.write(scheme === 'https' ? Buffer.of(0x16, 3, 1) : 'GET /x');
    const streaming =
      scheme === 'https' ? connect({ port, host: '127.0.0.1', ca: authority.cert }) : net.connect(port, '127.0.0.1');
    streaming.write('GET /raft/stream HTTP/1.1\r\nHost: a\r\n\r\n');
    const sockets = [silent, half, streaming];
    const gone = sockets.map((socket) => new Promise((resolve) => socket.on('error', () => {}).on('close', resolve)));
    await new Promise((resolve) => streaming.once('data', resolve));
    await listeners.close();
    await Promise.all(gone);
    expect(sockets.every(({ destroyed }) => destroyed)).toBe(true);
  });
});

describe('a listener that asks members for certificates', () => {
  it.each([
    ['none', undefined, [], 'certificate'],
    ['one for a name that is not allowed', 'stranger', ['--peer-cert-allowed-cn=member'], 'common name is not allowed'],
    ['one for another address', 'member', [], 'x509: certificate is valid for 192.0.2.9, not 127.0.0.1'],
  ])('turns %s away before anything is asked, and says why', async (_what, commonName, flags, reason) => {
    const [port = 0] = await freePorts(1);
    const events: LogEvent[] = [];
    const requests: unknown[] = [];
    const listeners = await listenForPeers({
      urls: [`https://127.0.0.1:${port}`],
      tls: secured(`--peer-trusted-ca-file=${join(folder, 'ca')}`, ...flags),
      handle: (request) => void requests.push(request),
      log: (event) => void events.push(event),
    });
    const hosts = flags.length > 0 ? ['127.0.0.1'] : ['192.0.2.9'];
    const pair = commonName === undefined ? {} : await authority.issue({ commonName, hosts });
    const socket = connect({ port, host: '127.0.0.1', ca: authority.cert, ...pair });
    // It writes nothing: the listener may not wait for it to.
    await new Promise((resolve) => socket.on('error', () => {}).on('close', resolve));
    await listeners.close();
    expect(requests).toEqual([]);
    expect(events).toHaveLength(1);
    const [event] = events;
    expect(event).toMatchObject({ level: 'warn', message: 'rejected connection on peer endpoint' });
    expect(event?.fields?.['error']).toContain(reason);
    expect(event?.fields?.['remote-addr']).toMatch(/^127\.0\.0\.1:\d+$/);
  });
});

describe('a listener that turns a member away', () => {
  const ALERT = 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE';

  it.each<[string, ConnectionOptions, string | undefined]>([
    ['as its handshake ends', {}, ALERT],
    ['with TLS_AES_128_GCM_SHA256', { ciphers: 'TLS_AES_128_GCM_SHA256' }, ALERT],
    ['with TLS_AES_256_GCM_SHA384', { ciphers: 'TLS_AES_256_GCM_SHA384' }, ALERT],
    ['with TLS_CHACHA20_POLY1305_SHA256', { ciphers: 'TLS_CHACHA20_POLY1305_SHA256' }, ALERT],
    ['of TLS 1.2 without a word', { maxVersion: 'TLSv1.2' }, undefined],
  ])('tells it so %s', async (_what, options, code) => {
    const [port = 0] = await freePorts(1);
    const listeners = await listenForPeers({
      urls: [`https://127.0.0.1:${port}`],
      tls: secured(`--peer-trusted-ca-file=${join(folder, 'ca')}`, '--peer-cert-allowed-cn=member'),
      handle: (_request, response) => response.end('unexpected'),
      log: () => undefined,
    });
    const pair = await authority.issue({ commonName: 'stranger', hosts: ['127.0.0.1'] });
    const socket = connect({ port, host: '127.0.0.1', ca: authority.cert, ...pair, ...options });
    const errors: unknown[] = [];
    socket.on('error', (error) => errors.push('code' in error ? error.code : error));
    await new Promise((resolve) => socket.on('close', resolve).resume());
    await listeners.close();
    // Who has just hung up may hear of it as a reset, too.
    expect(errors.filter((each) => each !== 'ECONNRESET')).toEqual(code === undefined ? [] : [code]);
  });

  it('lets others in on the same terms', async () => {
    const [port = 0] = await freePorts(1);
    const listeners = await listenForPeers({
      urls: [`https://127.0.0.1:${port}`],
      tls: secured(`--peer-trusted-ca-file=${join(folder, 'ca')}`, '--peer-cert-allowed-cn=member,friend'),
      handle: (_request, response) => response.end('welcome'),
      log: () => undefined,
    });
    const pair = await authority.issue({ commonName: 'friend', hosts: ['127.0.0.1'] });
    const dialer = new Dialer({
      tls: () => ({ ca: authority.cert, cert: pair.cert, key: pair.key }),
      idleTimeoutMs: 5_000,
    });
    const ask = () => dialer.exchange({ method: 'GET', url: `https://127.0.0.1:${port}`, path: '/', headers: {} });
    expect([await ask(), await ask()].map(({ text }) => text.toString())).toEqual(['welcome', 'welcome']);
    dialer.close();
    await listeners.close();
  });
});
