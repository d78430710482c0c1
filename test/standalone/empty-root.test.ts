/** A root with the file alone: no C library, no /proc, no /dev, no environment. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OwnEtcd } from '../support/own-etcd.ts';
import { freePorts } from '../support/ports.ts';
import { run } from '../support/run.ts';
import { builtFile } from './file.ts';
import { Root, rootEnv, whyNoRoot } from './root.ts';

const why = whyNoRoot();
if (why !== undefined) console.log(`*** SKIPPED: the standalone file in an empty root: ${why} ***`);

describe.skipIf(why !== undefined)('in a root with nothing but itself', () => {
  let root: Root;
  beforeAll(async () => {
    root = await Root.make();
  }, 120_000);
  afterAll(() => root.remove());

  it.each([['version'], ['--help'], ['watch', '--help'], ['options'], ['completion', 'bash'], ['nonsense'], ['get']])(
    'etcdctl %s %s says what it says elsewhere',
    async (...words) => {
      expect(await root.etcdctl(words)).toEqual(await run({ argv: [builtFile(), ...words], env: {} }));
    },
  );

  it('leaves nothing behind', async () => {
    await root.etcdctl(['version']);
    expect(await root.list()).toEqual(['etcdctl']);
  });

  it.each([
    ['stdin', '<&-', { stdout: /^etcdctl version: .*\nAPI version: .*\n$/, stderr: /^$/ }],
    ['stdout', '>&-', { stdout: /^$/, stderr: /^$/ }],
    ['stderr', '2>&-', { stdout: /^etcdctl version: /, stderr: /^$/ }],
    ['every stream', '<&- >&- 2>&-', { stdout: /^$/, stderr: /^$/ }],
  ])('with %s closed', async (_which, redirection, expected) => {
    const { exitCode, stdout, stderr } = await root.etcdctl(['version'], { redirection });
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toMatch(expected.stdout);
    expect(stderr.toString()).toMatch(expected.stderr);
  });

  it('reads nothing from a closed stdin', async () => {
    const { exitCode, stderr } = await root.etcdctl(['put', 'k'], { redirection: '<&-' });
    const elsewhere = await run({ argv: ['sh', '-c', `exec ${builtFile()} put k <&-`], env: rootEnv });
    expect([exitCode, stderr.toString()]).toEqual([elsewhere.exitCode, elsewhere.stderr.toString()]);
  });

  it('keeps the exit code of a failure that has nowhere to be told', async () => {
    expect((await root.etcdctl(['get'], { redirection: '<&- >&- 2>&-' })).exitCode).toBe(128);
  });

  it.each(['unlimited', '65536', '512'])('with a stack of %s kB', async (limit) => {
    const { stdout } = await root.etcdctl(['version'], { before: `ulimit -s ${limit}` });
    expect(stdout.toString()).toMatch(/^etcdctl version: /);
  });

  it('says why it cannot start where the kernel gives it no file in memory', async () => {
    const { exitCode, stderr } = await root.etcdctl(['version'], { before: "trap '' XFSZ && ulimit -f 0" });
    expect([exitCode, stderr.toString()]).toEqual([
      127,
      expect.stringMatching(/^etcdctl: cannot start: .*memfd_create/),
    ]);
  });

  it('says why nobody is reached', async () => {
    const flags = ['--endpoints=127.0.0.1:1', '--dial-timeout=1s', '--command-timeout=1s'];
    const { exitCode, stderr } = await root.etcdctl([...flags, 'get', 'k']);
    expect(exitCode).toBe(1);
    expect(stderr.toString()).toContain('127.0.0.1:1: connection refused');
  });
});

describe.skipIf(why !== undefined)('in a root with itself and a place for data', () => {
  let root: Root;
  beforeAll(async () => {
    root = await Root.make();
    await root.write('/tmp/.keep', '');
    for (const tool of ['etcd', 'etcdutl'] as const) await root.take(builtFile(tool), `/${tool}`);
  }, 120_000);
  afterAll(() => root.remove());

  it('has a sandbox, in which it finds itself', async () => {
    const { exitCode, stdout } = await root.etcdctl(['sandbox', '--', '/etcdctl', 'put', 'k', 'v']);
    expect([exitCode, stdout.toString()]).toEqual([0, 'OK\n']);
  });

  it('is a server, whose snapshot it saves, looks at and restores', async () => {
    const [client = 0, peer = 0] = await freePorts(2);
    const flags = [
      '--name=alone',
      '--data-dir=/tmp/data',
      `--listen-client-urls=http://127.0.0.1:${client}`,
      `--advertise-client-urls=http://127.0.0.1:${client}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
    ];
    const server = new OwnEtcd(flags, rootEnv, root.command(['/etcd']));
    try {
      await server.says('ready to serve client requests');
      const to = `--endpoints=127.0.0.1:${client}`;
      expect((await root.etcdctl([to, 'put', 'k', 'v'])).stdout.toString()).toBe('OK\n');
      expect((await root.etcdctl([to, 'snapshot', 'save', '/tmp/db'])).exitCode).toBe(0);
    } finally {
      await server.stop('SIGTERM');
    }
    const etcdutl = async (...words: string[]): Promise<string> => {
      const { stdout, stderr } = await run({ argv: root.command(['/etcdutl', ...words]), env: rootEnv });
      return `${stdout.toString()}${stderr.toString()}`;
    };
    expect(await etcdutl('snapshot', 'status', '/tmp/db')).toMatch(/^[0-9a-f]+, 2, 1, /);
    expect(await etcdutl('snapshot', 'restore', '/tmp/db', '--data-dir=/tmp/restored')).toContain('restored snapshot');
    expect(await root.list()).toContain(join('tmp', 'restored', 'member', 'snap', 'db'));
  });
});
