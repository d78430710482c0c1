import { beforeAll, describe, expect, it } from 'vitest';
import { tryLockFile } from '../../../../src/base/file-lock.ts';
import { runOffline } from '../../../support/cli.ts';
import { fakeIo } from '../../../support/fake-io.ts';
import { dataDirectory, databaseOf, someHistory, useScratch, withDigest } from './scratch.ts';

const scratch = useScratch();
const database = databaseOf(someHistory());
const snapshot = withDigest(database);
const size = database.length;

let file: string;
beforeAll(() => {
  file = scratch.put('snap.db', snapshot);
});

describe.each(['etcdctl', 'etcdutl'] as const)('%s snapshot status', (tool) => {
  const status = (...argv: string[]) => runOffline(tool, ['snapshot', 'status', ...argv]);

  it('prints one line, or the same in another format', async () => {
    const { code, out, err } = await status(file);
    const [, hash = ''] = /^([0-9a-f]+), 6, 3, [0-9.]+ kB, 3\.6\.0\n$/.exec(out) ?? [];
    expect({ code, err, hash }).toEqual({ code: 0, err: '', hash: expect.stringMatching(/./) });
    const decimal = Number.parseInt(hash, 16);
    expect((await status(file, '-w', 'json')).out).toBe(
      `{"hash":${decimal},"revision":6,"totalKey":3,"totalSize":${size},"version":"3.6.0"}\n`,
    );
    expect((await status(file, '-w', 'fields')).out).toBe(
      `"Hash" : ${decimal}\n"Revision" : 6\n"Keys" : 3\n"Size" : ${size}\n"Version" : 3.6.0\n`,
    );
    expect((await status(file, '-w', 'yaml')).out).toContain('totalKey: 3\n');
    const table = (await status(file, '-w', 'table')).out.split('\n');
    expect(table[1]).toMatch(/^│ +HASH +│ +REVISION +│ +TOTAL KEYS +│ +TOTAL SIZE +│ +VERSION +│$/);
    expect(table[3]).toMatch(new RegExp(`^│ ${hash} │ +6 │ +3 │ +[0-9.]+ kB │ +3.6.0 │$`));
  });

  it('reads a data directory, a bare database, and with - stdin', async () => {
    const dataDir = await dataDirectory(scratch, `data-${tool}`, database);
    const ofDirectory = await status(dataDir);
    expect(ofDirectory.out).toMatch(/^[0-9a-f]+, 6, 3, /);
    expect(await status(`${dataDir}/member/snap/db`)).toMatchObject({ out: ofDirectory.out });
    const before = scratch.names();
    const options = { stdin: snapshot, env: { TMPDIR: scratch.directory } };
    const piped = await runOffline(tool, ['snapshot', 'status', '-'], options);
    expect(piped).toMatchObject({ code: 0, out: (await status(file)).out, err: '' });
    expect(scratch.names()).toEqual(before);
  });

  it.each([
    [[], 128, 'Error: snapshot status requires exactly one argument\n'],
    [['a', 'b'], 128, 'Error: snapshot status requires exactly one argument\n'],
    [['nofile'], 1, 'Error: stat nofile: no such file or directory\n'],
    [['nofile', '-w', 'xml'], 4, 'Error: unsupported output format\n'],
    [['nofile', '-w', 'protobuf'], 4, 'Error: protobuf not supported as output format\n'],
  ] as const)('%j ends with %i', async (argv, code, err) => {
    expect(await status(...argv)).toMatchObject({ code, out: '', err });
  });

  it('says why it can not have the lock, and leaves it to others once done', async () => {
    const path = scratch.put('locked', database);
    const lock = tryLockFile(path, 'exclusive');
    const refused = await status(path, '--timeout=1ms');
    lock?.release();
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain(`Error: lock ${path}: another process has it open`);
    expect(refused.err).toContain('--timeout');
    expect(await status(path, '--timeout=1ms')).toMatchObject({ code: 0 });
    const again = tryLockFile(path, 'exclusive');
    expect(again).toBeDefined();
    again?.release();
  });

  it('removes what came from stdin when interrupted', async () => {
    const before = scratch.names();
    const io = fakeIo({ env: { TMPDIR: scratch.directory } });
    const stdin = {
      ...io.stdin,
      async *[Symbol.asyncIterator]() {
        yield snapshot.subarray(0, 5000);
        io.interrupt('SIGTERM');
        await new Promise(() => undefined);
      },
    };
    const run = await runOffline(tool, ['snapshot', 'status', '-'], { io: { ...io, stdin } });
    expect(run).toMatchObject({ code: 143, out: '', err: '' });
    expect(scratch.names()).toEqual(before);
  });

  it('does not read from a terminal', async () => {
    const run = await runOffline(tool, ['snapshot', 'status', '-'], { tty: true });
    expect(run.code).toBe(128);
    expect(run.err).toContain('stdin, which is a terminal');
  });
});

describe('the format of an offline command', () => {
  it.each([
    ['etcdctl', 'ETCDCTL_WRITE_OUT', 'json', '{'],
    ['etcdutl', 'ETCDCTL_WRITE_OUT', 'json', '[0-9a-f]+,'],
    ['etcdctl', 'ETCDCTL_ENDPOINTS', 'x', '[0-9a-f]+,'],
    ['etcdctl', 'ETCDCTL_BOGUS', 'x', '[0-9a-f]+,'],
  ] as const)('of %s with %s=%s', async (tool, name, value, begins) => {
    const run = await runOffline(tool, ['snapshot', 'status', file], { env: { [name]: value } });
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toMatch(new RegExp(`^${begins}`));
  });

  it('comes from the flag where both are given', async () => {
    const env = { ETCDCTL_WRITE_OUT: 'json' };
    const run = await runOffline('etcdctl', ['snapshot', 'status', file, '-w', 'fields'], { env });
    expect(run.out).toMatch(/^"Hash"/);
    expect(run.err).toBe('Warning: ETCDCTL_WRITE_OUT is ignored: --write-out was given\n');
  });
});
