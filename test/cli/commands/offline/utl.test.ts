import { describe, expect, it } from 'vitest';
import { tryLockFile } from '../../../../src/base/file-lock.ts';
import { runOffline } from '../../../support/cli.ts';
import { History } from '../../../unit/snapshot/history.ts';
import { dataDirectory, databaseOf, someHistory, useScratch, withDigest } from './scratch.ts';

const scratch = useScratch();
const utl = (...argv: string[]) => runOffline('etcdutl', argv);

/** Messages of the log on stderr. */
const told = (err: string): (string | undefined)[] =>
  err
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[2]);

describe('etcdutl hashkv', () => {
  const history = someHistory();

  it('prints the hash of the history in every format', async () => {
    const file = scratch.put('snap.db', withDigest(databaseOf(history)));
    const hash = history.hash();
    expect(await utl('hashkv', file)).toMatchObject({ code: 0, out: `${hash}, 6, -1\n`, err: '' });
    const json = `{"hash":${hash},"hashRevision":6,"compactRevision":-1}\n`;
    expect((await utl('hashkv', file, '-w', 'json')).out).toBe(json);
    const fields = `"Hash" : ${hash}\n"Hash revision" : 6\n"Compact revision" : -1\n`;
    expect((await utl('hashkv', file, '-w', 'fields')).out).toBe(fields);
    expect((await utl('hashkv', file, '-w', 'table')).out).toContain('│ HASH REVISION │ COMPACT REVISION │');
    expect(await utl('hashkv', file, '-w', 'protobuf')).toMatchObject({ code: 4 });
    expect((await utl('hashkv', file, '--rev', '4')).out).toBe(`${history.hash(4n)}, 4, -1\n`);
    const piped = await runOffline('etcdutl', ['hashkv', '-'], { stdin: scratch.bytes('snap.db') });
    expect(piped.out).toBe(`${hash}, 6, -1\n`);
  });

  it.each([
    [['--rev=2'], 'mvcc: required revision has been compacted'],
    [['--rev=7'], 'mvcc: required revision is a future revision'],
  ])('%j is refused', async (flags, message) => {
    const compacted = someHistory();
    compacted.compact(4n);
    const file = scratch.put('compacted.db', databaseOf(compacted));
    expect(await utl('hashkv', file, ...flags)).toMatchObject({ code: 1, out: '', err: `Error: ${message}\n` });
    expect((await utl('hashkv', file)).out).toBe(`${compacted.hash()}, 6, 4\n`);
  });

  it.each([
    [[], 'accepts 1 arg(s), received 0'],
    [['a', 'b'], 'accepts 1 arg(s), received 2'],
    [['a', '--rev=x'], 'invalid argument "x" for "--rev" flag: strconv.ParseInt: parsing "x": invalid syntax'],
  ])('%j ends with 1 and the usage', async (argv, message) => {
    const { code, out, err } = await utl('hashkv', ...argv);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(`Error: ${message}\nUsage:\n  etcdutl hashkv <filename> [flags]\n`);
  });

  it('waits for the lock as long as it may', async () => {
    const file = scratch.put('locked', databaseOf(history));
    const lock = tryLockFile(file, 'exclusive');
    const waiting = utl('hashkv', file, '--timeout=0');
    const refused = await utl('hashkv', file, '--timeout=10ms');
    lock?.release();
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`Error: lock ${file}: another process has it open`);
    expect(await waiting).toMatchObject({ code: 0, out: `${history.hash()}, 6, -1\n` });
  });
});

/** A history whose database has free pages once most of it is compacted. */
function longHistory(): History {
  const history = new History();
  for (let i = 0; i < 200; i++) history.commit([[`key ${i % 5}`, 'x'.repeat(300)]]);
  return history;
}

describe('defrag of a data directory', () => {
  it.each(['etcdctl', 'etcdutl'] as const)('by %s keeps what is there', async (tool) => {
    const dataDir = await dataDirectory(scratch, `defrag-${tool}`, databaseOf(longHistory()));
    const before = (await utl('hashkv', dataDir)).out;
    const { code, out, err } = await runOffline(tool, ['defrag', '--data-dir', dataDir]);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(told(err)).toEqual(['defragmenting', 'finished defragmenting directory']);
    expect((await utl('hashkv', dataDir)).out).toBe(before);
    expect(scratch.names().filter((name) => name.startsWith(`defrag-${tool}/member/snap/db`))).toHaveLength(1);
  });

  it.each(['etcdctl', 'etcdutl'] as const)('by %s says what is missing', async (tool) => {
    expect(await runOffline(tool, ['defrag', '--data-dir', '/nonexistent'])).toMatchObject({
      code: 1,
      err: 'Error: Failed to defragment etcd data[/nonexistent] (stat /nonexistent/member/snap/db: no such file or directory)\n',
    });
  });

  it('wants to know which', async () => {
    const { code, err } = await utl('defrag');
    expect(code).toBe(1);
    expect(err).toMatch('Error: required flag(s) "data-dir" not set\nUsage:\n  etcdutl defrag [flags]\n');
  });

  it('waits for the lock as long as it may, and says what a broken file is', async () => {
    const dataDir = scratch.path('broken');
    const file = scratch.put('broken/member/snap/db', 'no database');
    const lock = tryLockFile(file, 'shared');
    const refused = await utl('defrag', '--data-dir', dataDir, '--timeout=1ms');
    lock?.release();
    const failed = `Error: Failed to defragment etcd data[${dataDir}] `;
    expect(refused.err).toContain(
      `${failed}(lock ${file}: another process has it open, such as a running etcd)\n  hint:`,
    );
    const broken = await utl('defrag', '--data-dir', dataDir);
    expect(broken.code).toBe(1);
    expect(broken.err).toContain(`${failed}(invalid database)\n  hint:`);
    expect(scratch.bytes('broken/member/snap/db').toString()).toBe('no database');
  });
});

describe('etcdutl migrate', () => {
  it('changes the storage version, or finds that it fits', async () => {
    const dataDir = await dataDirectory(scratch, 'migrated', databaseOf(someHistory()));
    const migrate = (target: string) => utl('migrate', '--data-dir', dataDir, '--target-version', target);
    const version = async () => (await utl('snapshot', 'status', dataDir)).out.trimEnd().split(', ').at(4) ?? '';
    expect(await version()).toBe('3.6.0');
    expect(told((await migrate('3.6')).err)).toEqual(['storage version up-to-date']);
    expect(await migrate('3.7')).toMatchObject({ code: 0, out: '' });
    expect(await version()).toBe('3.7.0');
    expect(await migrate('3.5')).toMatchObject({ code: 0 });
    expect(await version()).toBe('');
    expect(await migrate('3.8')).toMatchObject({
      code: 1,
      err: 'Error: cannot create migration plan: version "3.8.0" is not supported\n',
    });
  });

  it.each([
    [['--target-version=3.6'], 1, 'required flag(s) "data-dir" not set'],
    [[], 1, 'required flag(s) "data-dir", "target-version" not set'],
    [['--data-dir=x', '--target-version=3'], 128, 'wrong target version format, expected "X.Y", got "3"'],
    [['--data-dir=x', '--target-version=3.4'], 128, 'target version "3.4" not supported. Minimal "3.5"'],
    [['--data-dir=/x', '--target-version=3.6'], 1, 'stat /x/member/snap/db: no such file or directory'],
  ])('%j ends with %i', async (argv, code, message) => {
    const run = await utl('migrate', ...argv);
    expect(run).toMatchObject({ code, out: '' });
    expect(run.err.split('\n')[0]).toBe(`Error: ${message}`);
  });
});

describe('etcdutl', () => {
  it('tells its version and completes itself', async () => {
    expect(await utl('version', '-w', 'xml')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^etcdutl version: .*\nAPI version: 3\.7\n$/),
    });
    for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
      expect(await utl('completion', shell)).toMatchObject({ code: 0, out: expect.stringContaining('etcdutl') });
    }
    expect(await utl('completion', 'tcsh')).toMatchObject({ code: 1 });
    expect((await utl('__complete', 'snapshot', 'res')).out).toMatch(/^restore\t/);
  });

  it('takes the beginning of a command for it, and refuses what is none', async () => {
    const file = scratch.put('p.db', databaseOf(someHistory()));
    expect(await utl('snap', 'stat', file)).toMatchObject({ code: 0 });
    expect(await utl('bogus')).toMatchObject({ code: 1, err: expect.stringContaining('unknown command "bogus"') });
    expect(await utl()).toMatchObject({ code: 0, out: expect.stringContaining('Available Commands:') });
  });
});
