import { execFileSync, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findReleases } from '../support/binaries.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { run, shellQuote, type RunResult } from '../support/run.ts';
import { builtFile } from './file.ts';

/** What the file asks of a system of glibc, as a distroless base image has it. */
const LIBRARIES = ['ld-linux-x86-64.so.2', 'libc.so.6', 'libdl.so.2', 'libm.so.6', 'libpthread.so.0'];

const [release] = findReleases();
const why = whyNot();
if (why !== undefined) console.log(`*** SKIPPED: the standalone file in an empty root: ${why} ***`);

/** Paths by which the loader finds the libraries on this machine. */
const libraryPaths = (): string[] =>
  execFileSync('ldd', [builtFile()], { encoding: 'utf8' }).match(/\/\S+(?= \(0x)/g) ?? [];

describe.skipIf(why !== undefined)('in a root with nothing but itself, the C library and /proc', () => {
  let root: string;
  let cluster: EtcdCluster;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'root-'));
    await copyFile(builtFile(), join(root, 'etcdctl'));
    for (const path of libraryPaths()) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await copyFile(path, join(root, path));
    }
    await mkdir(join(root, 'proc'));
    await mkdir(join(root, 'dev'));
    await writeFile(join(root, 'dev/null'), '');
    await mkdir(join(root, 'etc'));
    await writeFile(join(root, 'etc/resolv.conf'), 'nameserver 127.0.0.1\n');
    cluster = await startCluster({ release: release!, transport: 'mtls' });
    const pki = cluster.credentials!.directory;
    for (const file of ['ca.crt', 'client.crt', 'client.key']) await copyFile(join(pki, file), join(root, file));
  }, 120_000);
  afterAll(async () => {
    await cluster.stop();
    await rm(root, { recursive: true });
  });

  const etcdctl = (...words: string[]): Promise<RunResult> => inside(`mount -t proc proc ${root}/proc`, words);

  /** @param before what is done to the root first, which lasts as long as the command */
  const inside = (before: string, words: readonly string[], redirection = ''): Promise<RunResult> => {
    const command = ['/etcdctl', ...words].map(shellQuote).join(' ');
    const script = `${before} && exec env -i "$(command -v chroot)" ${root} ${command} ${redirection}`;
    const argv: [string, ...string[]] = [
      'unshare',
      '--map-root-user',
      '--mount',
      '--pid',
      '--fork',
      'sh',
      '-c',
      script,
    ];
    return run({ argv, env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` } });
  };
  const onCluster = (...words: string[]): Promise<RunResult> =>
    etcdctl(
      `--endpoints=https://${cluster.endpoints.join()}`,
      '--cacert=/ca.crt',
      '--cert=/client.crt',
      '--key=/client.key',
      ...words,
    );

  it('needs these libraries and no other', () => {
    expect(new Set(libraryPaths().map((path) => path.split('/').at(-1)))).toEqual(new Set(LIBRARIES));
  });

  it('tells its version', async () => {
    expect((await etcdctl('version')).stdout.toString()).toMatch(/^etcdctl version: /);
  });

  // Were it to change, README's table of what the file needs would be out of date.
  it('does not start without /proc, from which its runtime reads how much memory and stack there is', async () => {
    const { exitCode, stdout } = await inside('true', ['version']);
    expect([exitCode === 0, stdout.toString()]).toEqual([false, '']);
  });

  it('needs /dev/null in the place of a standard stream that is closed', async () => {
    const mounts = `mount -t proc proc ${root}/proc && mount --bind /dev/null ${root}/dev/null`;
    expect((await inside(mounts, ['version'], '<&-')).stdout.toString()).toMatch(/^etcdctl version: /);
  });

  it('writes and reads a key with certificates', async () => {
    expect((await onCluster('put', 'k', 'v')).stdout.toString()).toBe('OK\n');
    expect((await onCluster('get', 'k', '-w', 'fields')).stdout.toString()).toContain('"Value" : "v"\n');
  });

  it('saves a snapshot into it', async () => {
    const saved = await onCluster('snapshot', 'save', '/db');
    expect([saved.exitCode, saved.stderr.toString()]).toEqual([0, '']);
  });

  it('has no words but its own for a name that does not resolve', async () => {
    const { exitCode, stderr } = await etcdctl('--endpoints=etcd.invalid:2379', '--command-timeout=1s', 'get', 'k');
    expect(exitCode).toBe(1);
    expect(stderr.toString()).toMatch(/^Error: context deadline exceeded\n {2}etcd\.invalid:2379: /);
  });
});

function whyNot(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'it is tried on Linux on x64 alone';
  if (release === undefined) return 'there is no etcd';
  const made = spawnSync('unshare', [
    '--map-root-user',
    '--mount',
    '--pid',
    '--fork',
    'mount',
    '-t',
    'proc',
    'proc',
    '/proc',
  ]);
  return made.status === 0 ? undefined : `no root can be made here: ${made.error?.message ?? made.stderr.toString()}`;
}
