import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { connect } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function secured(): PeerListenerOptions['tls'] {
  const flags = [`--peer-cert-file=${join(folder, 'cert')}`, `--peer-key-file=${join(folder, 'key')}`];
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
