import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, it } from 'vitest';
import { OwnEtcd } from '../support/own-etcd.ts';
import { issueAuthority } from '../support/pki.ts';
import { freePorts } from '../support/ports.ts';
import { run } from '../support/run.ts';
import { builtFile } from './file.ts';

it('the standalone file is a server under its third name, and keeps what it was told', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'standalone-server-'));
  const [client = 0, peer = 0] = await freePorts(2);
  const flags = [
    '--name=alone',
    `--data-dir=${join(directory, 'data')}`,
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
  ];
  const ctl = async (...words: readonly string[]): Promise<string> =>
    (await run({ argv: [builtFile(), `--endpoints=127.0.0.1:${client}`, ...words], env: {} })).stdout.toString();
  try {
    const first = new OwnEtcd(flags, {}, [builtFile('etcd')]);
    await first.says('ready to serve client requests');
    expect(await piecesOf(client, '/livez')).toEqual([expect.stringMatching(/^HTTP\/1\.1 200 OK[^]*\nok\n$/)]);
    expect(await ctl('put', 'foo', 'bar')).toBe('OK\n');
    expect(await first.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });

    const second = new OwnEtcd(flags, {}, [builtFile('etcd')]);
    await second.says('ready to serve client requests');
    expect(await ctl('get', 'foo')).toBe('foo\nbar\n');
    expect(await second.stop('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 60_000);

it('the standalone file says whom it turns away from where members meet', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'standalone-peers-'));
  const [client = 0, peer = 0] = await freePorts(2);
  const authority = await issueAuthority('members');
  const pair = await authority.issue({ commonName: 'member', hosts: ['127.0.0.1'] });
  const file = (name: string): string => join(directory, name);
  await Promise.all([
    writeFile(file('ca'), authority.cert),
    writeFile(file('cert'), pair.cert),
    writeFile(file('key'), pair.key),
  ]);
  try {
    const server = new OwnEtcd(
      [
        '--name=alone',
        `--data-dir=${file('data')}`,
        `--listen-client-urls=http://127.0.0.1:${client}`,
        `--advertise-client-urls=http://127.0.0.1:${client}`,
        `--listen-peer-urls=https://127.0.0.1:${peer}`,
        `--initial-advertise-peer-urls=https://127.0.0.1:${peer}`,
        `--initial-cluster=alone=https://127.0.0.1:${peer}`,
        `--peer-cert-file=${file('cert')}`,
        `--peer-key-file=${file('key')}`,
        `--peer-trusted-ca-file=${file('ca')}`,
      ],
      {},
      [builtFile('etcd')],
    );
    await server.says('ready to serve client requests');
    const stranger = connect({ port: peer, host: '127.0.0.1', ca: authority.cert }).on('error', () => {});
    await server.says('rejected connection on peer endpoint');
    stranger.destroy();
    expect(await server.stop('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 60_000);

/** What arrives in answer to a request over plain HTTP, piece by piece. */
function piecesOf(port: number, path: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const pieces: string[] = [];
    const socket = createConnection(port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    );
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => pieces.push(piece));
    socket.on('error', reject);
    socket.on('close', () => resolve(pieces));
  });
}
