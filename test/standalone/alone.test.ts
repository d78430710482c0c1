import { copyFile, link, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, type RunOptions, type RunResult } from '../support/run.ts';
import type { Tool } from '../support/subject.ts';
import { builtFile, onNode } from './file.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'standalone-'));
  builtFile();
}, 120_000);
afterAll(() => rm(directory, { recursive: true }));

type Seen = readonly [exitCode: number, stdout: string, stderr: string];
const seen = ({ exitCode, stdout, stderr }: RunResult): Seen => [exitCode, stdout.toString(), stderr.toString()];

/** Without any environment but what is given. */
const alone = async (argv: [string, ...string[]], options: Omit<RunOptions, 'argv'> = {}): Promise<Seen> =>
  seen(await run({ argv, env: {}, cwd: directory, ...options }));
const withNode = async (tool: Tool, words: readonly string[]): Promise<Seen> =>
  seen(await run({ argv: [process.execPath, onNode(tool), ...words], env: {}, cwd: directory }));

describe('the standalone file without an environment says what the tool says on Node', () => {
  const lines: [Tool, ...string[]][] = [
    ['etcdctl', 'version'],
    ['etcdctl'],
    ['etcdctl', '--help'],
    ['etcdctl', 'watch', '-h'],
    ['etcdctl', 'options'],
    ['etcdctl', 'completion', 'bash'],
    ['etcdctl', '--version'],
    ['etcdctl', 'nonsense'],
    ['etcdctl', 'get'],
    ['etcdctl', 'get', 'k', '-w', 'bad'],
    ['etcdctl', 'snapshot', 'status', 'no-such-file'],
    ['etcdctl', '--dial-timeout=1s', '--command-timeout=1s', '--endpoints=127.0.0.1:1', 'get', 'k'],
    ['etcdctl', '--cacert=no-such-file', 'get', 'k'],
    ['etcdutl', 'version'],
    ['etcdutl', '--help'],
    ['etcdutl', 'hashkv', 'no-such-file'],
    ['etcdutl', 'snapshot', 'verify', 'no-such-file'],
  ];
  it.each(lines)('%s %s %s', async (tool, ...words) => {
    expect(await alone([builtFile(tool), ...words])).toEqual(await withNode(tool, words));
  });

  // Words and files that mean something to the runtime inside mean nothing to the tool.
  it.each([['--inspect'], ['--bun'], ['--eval=1'], ['run'], ['x.ts'], ['--'], ['-e', '1'], ['--print', '1']])(
    '%s is a word like any other',
    async (...words) => {
      expect(await alone([builtFile(), ...words])).toEqual(await withNode('etcdctl', words));
    },
  );

  it('stdin closed', async () => {
    const argv: [string, ...string[]] = [builtFile(), 'version'];
    expect(await alone(argv, { stdin: 'closed', env: { PATH: process.env.PATH } })).toEqual(
      await withNode('etcdctl', ['version']),
    );
  });
});

describe('the name chooses the tool', () => {
  const place = { link, symlink, copy: copyFile };
  it.each([
    ['link', 'etcdutl', 'etcdutl'],
    ['link', 'etcdutl-3.7', 'etcdutl'],
    ['symlink', 'etcdutl.new', 'etcdutl'],
    ['copy', 'etcdutl-copy', 'etcdutl'],
    ['copy', 'etcdctl-copy', 'etcdctl'],
    ['symlink', 'ctl', 'etcdctl'],
  ] as const)('a %s called %s is %s', async (how, name, tool) => {
    const path = join(directory, name);
    await rm(path, { force: true });
    // A hard link has to be on the same file system; the temporary directory may be on another.
    await place[how](builtFile(), path).catch(() => copyFile(builtFile(), path));
    const [exitCode, stdout] = await alone([path, 'version']);
    expect([exitCode, stdout.split(' ')[0]]).toEqual([0, tool]);
    const env = { PATH: directory };
    const found = await run({ argv: ['/bin/sh', '-c', `${basename(path)} version`], env });
    expect(found.stdout.toString()).toBe(stdout);
    await rm(path);
  });
});

it('reads no settings of its runtime from the directory it is called in', async () => {
  const files = {
    '.env': 'ETCDCTL_WRITE_OUT=bad',
    'bunfig.toml': 'preload = ["./preload.ts"]',
    'preload.ts': 'console.log("preloaded")',
    'package.json': '{ broken',
    'tsconfig.json': '{ broken',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  const words = ['--command-timeout=1s', '--endpoints=127.0.0.1:1', 'get', 'k'];
  expect(await alone([builtFile(), ...words])).toEqual(await withNode('etcdctl', words));
  for (const name of Object.keys(files)) await rm(join(directory, name));
});

it('works with few file descriptors, without a home and without a place for temporary files', async () => {
  const env = { HOME: '/nonexistent', TMPDIR: '/nonexistent' };
  const limited = await run({ argv: ['/bin/sh', '-c', `ulimit -n 16; exec ${builtFile()} version`], env });
  expect(seen(limited)).toEqual(await withNode('etcdctl', ['version']));
});

it('has the servers of a sandbox in it', async () => {
  const [exitCode, stdout] = await alone([builtFile(), 'sandbox', '--', builtFile(), 'put', 'k', 'v']);
  expect([exitCode, stdout]).toEqual([0, 'OK\n']);
});
