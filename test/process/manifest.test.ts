import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect as connectTls } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueAuthority, writePair } from '../support/pki.ts';
import { OwnEtcd } from '../support/own-etcd.ts';
import { freePorts } from '../support/ports.ts';
import { run } from '../support/run.ts';
import { until } from '../support/until.ts';

const HOSTS = ['localhost', '127.0.0.1', '::1'];
const etcdctl = fileURLToPath(new URL('../../bin/etcdctl.js', import.meta.url));

interface Node {
  readonly name: string;
  readonly client: number;
  readonly peer: number;
  readonly metrics: number;
}

/** A static pod's command line, as kubeadm writes it, on loopback. */
function manifest(folder: string, node: Node, nodes: readonly Node[]): string[] {
  const pki = (name: string): string => join(folder, 'pki', name);
  return [
    `--advertise-client-urls=https://127.0.0.1:${node.client}`,
    `--cert-file=${pki('server.crt')}`,
    '--client-cert-auth=true',
    `--data-dir=${join(folder, node.name)}`,
    '--feature-gates=InitialCorruptCheck=true',
    `--initial-advertise-peer-urls=https://127.0.0.1:${node.peer}`,
    `--initial-cluster=${nodes.map(({ name, peer }) => `${name}=https://127.0.0.1:${peer}`).join(',')}`,
    '--initial-cluster-state=new',
    `--key-file=${pki('server.key')}`,
    `--listen-client-urls=https://127.0.0.1:${node.client}`,
    `--listen-metrics-urls=http://127.0.0.1:${node.metrics}`,
    `--listen-peer-urls=https://127.0.0.1:${node.peer}`,
    `--name=${node.name}`,
    `--peer-cert-file=${pki('peer.crt')}`,
    '--peer-client-cert-auth=true',
    `--peer-key-file=${pki('peer.key')}`,
    `--peer-trusted-ca-file=${pki('ca.crt')}`,
    '--snapshot-count=10000',
    `--trusted-ca-file=${pki('ca.crt')}`,
    '--watch-progress-notify-interval=5s',
  ];
}

let folder = '';
let nodes: readonly Node[] = [];
const members = new Map<string, OwnEtcd>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'manifest-'));
  const authority = await issueAuthority('etcd-ca');
  const pki = join(folder, 'pki');
  await writePair(pki, 'ca', authority);
  await writePair(pki, 'server', await authority.issue({ commonName: 'node', hosts: HOSTS }));
  await writePair(pki, 'peer', await authority.issue({ commonName: 'node', hosts: HOSTS }));
  await writePair(pki, 'client', await authority.issue({ commonName: 'root', client: true }));
  const stranger = await issueAuthority('another');
  await writePair(pki, 'stranger', await stranger.issue({ commonName: 'root', client: true }));
  const ports = await freePorts(9);
  nodes = ['a', 'b', 'c'].map((name, at) => {
    const [client = 0, peer = 0, metrics = 0] = ports.slice(at * 3);
    return { name, client, peer, metrics };
  });
  for (const node of nodes) members.set(node.name, new OwnEtcd(manifest(folder, node, nodes)));
  await Promise.all([...members.values()].map((member) => member.says('ready to serve client requests')));
});

afterAll(async () => {
  await Promise.all([...members.values()].map((member) => member.stop('SIGKILL')));
  rmSync(folder, { recursive: true, force: true });
});

const ctl = async (words: readonly string[], who: 'client' | 'stranger' | 'nobody' = 'client') => {
  const pki = (name: string): string => join(folder, 'pki', name);
  const credentials = who === 'nobody' ? [] : [`--cert=${pki(`${who}.crt`)}`, `--key=${pki(`${who}.key`)}`];
  const endpoints = `--endpoints=${nodes.map(({ client }) => `https://127.0.0.1:${client}`).join(',')}`;
  const argv: [string, ...string[]] = [
    process.execPath,
    etcdctl,
    endpoints,
    `--cacert=${pki('ca.crt')}`,
    ...credentials,
    ...words,
  ];
  const { stdout, stderr, exitCode } = await run({ argv });
  return { stdout: stdout.toString(), stderr: stderr.toString(), exitCode };
};

describe("a static pod's command line", () => {
  it('starts three processes that form a cluster over mutual TLS', async () => {
    expect((await ctl(['put', 'foo', 'bar'])).stdout).toBe('OK\n');
    expect((await ctl(['get', 'foo'])).stdout).toBe('foo\nbar\n');
    const { stdout } = await ctl(['endpoint', 'hashkv']);
    const hashes = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(', ')[1]);
    expect(hashes).toHaveLength(3);
    expect(new Set(hashes).size).toBe(1);
  });

  it.each(['/livez', '/readyz', '/health'])('passes its probe: %s', async (path) => {
    for (const { metrics } of nodes) expect((await fetch(`http://127.0.0.1:${metrics}${path}`)).status).toBe(200);
  });

  it('tells metrics where they are asked for, and nothing else there', async () => {
    const [{ metrics } = { metrics: 0 }] = nodes;
    expect(await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()).toContain('etcd_server_has_leader 1');
    expect((await fetch(`http://127.0.0.1:${metrics}/version`)).status).toBe(404);
  });

  it.each(['stranger', 'nobody'] as const)('refuses a client that is a %s, with the reason in the log', async (who) => {
    const { exitCode } = await ctl(['--dial-timeout=1s', '--command-timeout=1s', 'get', 'foo'], who);
    expect(exitCode).toBe(1);
    await until(() => [...members.values()].some(({ log }) => log.includes('rejected connection on client endpoint')));
  });

  it('refuses a peer with a certificate of another authority, or none', async () => {
    const [node] = nodes;
    const pki = (name: string): string => readFileSync(join(folder, 'pki', name), 'utf8');
    for (const shown of [{}, { cert: pki('stranger.crt'), key: pki('stranger.key') }]) {
      const socket = connectTls({ host: '127.0.0.1', port: node?.peer ?? 0, ca: pki('ca.crt'), ...shown });
      socket.on('error', () => undefined);
      socket.on('secureConnect', () => socket.write('GET /members HTTP/1.1\r\nHost: a\r\n\r\n'));
      const answer = await new Promise<string>((resolve) => {
        let text = '';
        socket.on('data', (chunk) => (text += chunk.toString()));
        socket.on('close', () => resolve(text));
      });
      expect(answer).toBe('');
    }
    await until(() => members.get('a')?.log.includes('rejected connection on peer endpoint') ?? false);
  });

  it('keeps its files to itself', () => {
    const mode = (path: string): string => (statSync(join(folder, 'a', path)).mode & 0o777).toString(8);
    expect([mode(''), mode('member'), mode('member/snap/db')]).toEqual(['700', '700', '600']);
  });

  it('loses nothing when a member is killed, and goes on when it is back', async () => {
    await members.get('b')?.stop('SIGKILL');
    // It may have been the leader: then puts fail until the others have elected another.
    await until(async () => (await ctl(['put', 'while', 'away'])).stdout === 'OK\n');
    const [, node] = nodes;
    if (node === undefined) throw new Error('there are three nodes');
    const again = new OwnEtcd(manifest(folder, node, nodes));
    members.set('b', again);
    await again.says('ready to serve client requests');
    expect((await ctl([`--endpoints=https://127.0.0.1:${node.client}`, 'get', 'while'])).stdout).toBe('while\naway\n');
  });

  it('ends as by the signal, after handing leadership over', async () => {
    expect(await members.get('c')?.stop('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
    expect((await ctl(['put', 'still', 'here'])).stdout).toBe('OK\n');
  });
});

describe('a server that cannot start', () => {
  it.each<[string, readonly string[], number, RegExp]>([
    ['an unknown flag', ['--nonsense'], 2, /^flag provided but not defined: -nonsense\nUsage:/],
    ['a word that is no flag', ['nonsense'], 1, /"error":"\\"nonsense\\" is not a valid flag"/],
    ['a flag that is not built', ['--memory-mlock'], 1, /--memory-mlock is not supported/],
    [
      'a certificate that is not there',
      ['--cert-file=/none', '--key-file=/none'],
      1,
      /--cert-file cannot be read: ENOENT/,
    ],
    [
      'an initial cluster without it',
      ['--name=x', '--initial-cluster=y=http://127.0.0.1:1'],
      1,
      /couldn't find local name/,
    ],
  ])('says why: %s', async (_, flags, code, reason) => {
    const [client = 0, peer = 0] = await freePorts(2);
    const urls =
      code === 2 || flags[0] === 'nonsense'
        ? []
        : [
            `--listen-client-urls=http://127.0.0.1:${client}`,
            `--advertise-client-urls=http://127.0.0.1:${client}`,
            `--listen-peer-urls=http://127.0.0.1:${peer}`,
            `--data-dir=${join(folder, `none-${client}`)}`,
          ];
    const server = new OwnEtcd([...flags, ...urls]);
    expect(await server.ended).toEqual({ code, signal: null });
    expect(server.log).toMatch(reason);
    expect(server.log).not.toMatch(/\n\s+at /);
  });

  it('tells its version in the shape of etcd', async () => {
    const server = new OwnEtcd(['--version']);
    await server.ended;
    expect(server.log).toMatch(/^etcd Version: 3\.7\.1\nGit SHA: .*\nGo Version: .*\nGo OS\/Arch: \w+\/\w+\n$/);
  });
});
