import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { runOffline } from '../../../support/cli.ts';
import { fakeIo } from '../../../support/fake-io.ts';
import { databaseOf, someHistory, useScratch, withDigest } from './scratch.ts';

const isRoot = process.getuid?.() === 0;
if (isRoot) console.log('*** SKIPPED: running as root, who may write everywhere, so that refusals are not tested ***');

const scratch = useScratch();
const database = databaseOf(someHistory());
const snapshot = withDigest(database);

let file: string;
beforeAll(() => {
  file = scratch.put('snap.db', snapshot);
});

describe.each(['etcdctl', 'etcdutl'] as const)('%s snapshot restore', (tool) => {
  const restore = (...argv: string[]) => runOffline(tool, ['snapshot', 'restore', ...argv]);
  const target = (name: string) => scratch.path(`${tool}-${name}`);

  it('makes a data directory and says so in the log alone', async () => {
    const { code, out, err } = await restore(file, '--data-dir', target('r'), '-w', 'xml');
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err.split('\n').map((line) => line.split('\t')[2])).toEqual([
      'restoring snapshot',
      'Trimming membership information from the backend...',
      'added member',
      'restored snapshot',
      undefined,
    ]);
    const base = `${tool}-r/member`;
    expect(scratch.names().filter((name) => name.startsWith(`${base}/`))).toEqual([
      `${base}/snap`,
      `${base}/snap/0000000000000001-0000000000000001.snap`,
      `${base}/snap/db`,
      `${base}/wal`,
      `${base}/wal/0000000000000000-0000000000000000.wal`,
    ]);
    expect(statSync(target('r/member/snap/db')).mode & 0o777).toBe(0o600);
    const status = await runOffline(tool, ['snapshot', 'status', target('r')]);
    expect(status.out).toMatch(/, 6, 3, /);
  });

  it('reads a snapshot from stdin, with its digest', async () => {
    const argv = ['snapshot', 'restore', '-', '--data-dir', target('piped')];
    expect(await runOffline(tool, argv, { stdin: snapshot })).toMatchObject({ code: 0, out: '' });
    expect((await runOffline(tool, ['snapshot', 'status', target('piped')])).out).toMatch(/, 6, 3, /);
    const before = scratch.names();
    for (const [stdin, message] of [
      ['', 'invalid database: the snapshot is empty'],
      [database, 'snapshot missing hash but --skip-hash-check=false'],
      [snapshot.subarray(0, -32 - 4096), 'snapshot missing hash but --skip-hash-check=false'],
    ] as const) {
      const run = await runOffline(tool, ['snapshot', 'restore', '-', '--data-dir', target('bad')], { stdin });
      expect(run).toMatchObject({ code: 1, out: '' });
      expect(run.err).toContain(`Error: ${message}\n`);
    }
    expect(scratch.names()).toEqual(before);
  });

  it.each([
    [[], 'snapshot restore requires exactly one argument'],
    [['a', 'b'], 'snapshot restore requires exactly one argument'],
    [['a', '--bump-revision=1'], '--mark-compacted required if --revision-bump > 0'],
    [['a', '--mark-compacted'], '--mark-compacted required if --revision-bump > 0'],
  ] as const)('%j ends with 128', async (argv, message) => {
    expect(await restore(...argv)).toMatchObject({ code: 128, out: '', err: `Error: ${message}\n` });
  });

  it.each([
    [['--initial-advertise-peer-urls=abc'], 'URL scheme must be http, https, unix, or unixs: abc'],
    [['--name=nope'], `couldn't find local name "nope" in the initial cluster configuration`],
    [
      ['--initial-advertise-peer-urls=http://127.0.0.1:1', '--initial-cluster=default=http://127.0.0.1:2'],
      '--initial-cluster has default=http://127.0.0.1:2 but missing from ' +
        '--initial-advertise-peer-urls=http://127.0.0.1:1 ' +
        '(resolved urls: "http://127.0.0.1:1" != "http://127.0.0.1:2")',
    ],
  ] as const)('%j ends with 1', async (flags, message) => {
    const { code, err } = await restore(file, '--data-dir', target('refused'), ...flags);
    expect({ code, last: err.split('\n').at(-2) }).toEqual({ code: 1, last: `Error: ${message}` });
    expect(scratch.names().join()).not.toContain('refused');
  });

  it('touches nothing that is there, but takes an empty directory', async () => {
    scratch.put(`${tool}-full/x`, 'mine');
    mkdirSync(target('empty'));
    const full = await restore(file, '--data-dir', target('full'));
    expect(full).toMatchObject({ code: 1 });
    expect(full.err).toContain(`Error: data-dir "${target('full')}" not empty or could not be read\n  hint: `);
    const log = await restore(file, '--data-dir', target('r2'), '--wal-dir', target('empty'));
    expect(log.err).toContain(`Error: wal-dir "${target('empty')}" exists\n`);
    expect(scratch.bytes(`${tool}-full/x`).toString()).toBe('mine');
    expect(await restore(file, '--data-dir', target('empty'))).toMatchObject({ code: 0 });
  });

  it.skipIf(isRoot)('says where it may not write', async () => {
    mkdirSync(target('shut'));
    chmodSync(target('shut'), 0o500);
    const run = await restore(file, '--data-dir', `${target('shut')}/r`);
    expect(run).toMatchObject({ code: 1 });
    expect(run.err).toContain(`Error: mkdir ${target('shut')}/r: permission denied`);
  });

  it('shows on a terminal how far it is, and leaves nothing when interrupted', async () => {
    const before = scratch.names();
    const io = fakeIo({ tty: true });
    const stdin = {
      ...io.stdin,
      isTty: false,
      async *[Symbol.asyncIterator]() {
        yield snapshot.subarray(0, 5000);
        yield snapshot.subarray(5000, 6000);
        io.interrupt('SIGINT');
        await new Promise(() => undefined);
      },
    };
    const argv = ['snapshot', 'restore', '-', '--data-dir', target('interrupted')];
    const run = await runOffline(tool, argv, { io: { ...io, stdin } });
    expect(run.code).toBe(130);
    expect(run.err).toContain('restoring');
    expect(run.err).not.toContain('Error');
    expect(scratch.names()).toEqual(before);
  });
});
