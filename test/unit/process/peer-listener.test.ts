import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { connect } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/base/index.ts';
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
