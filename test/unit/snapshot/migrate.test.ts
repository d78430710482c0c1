import { describe, expect, it } from 'vitest';
import { FileError, type LogEvent } from '../../../src/base/index.ts';
import { updateFile } from '../../../src/bbolt/index.ts';
import { migrate, type MigrateOptions, parseTargetVersion, restore } from '../../../src/snapshot/index.ts';
import { EMPTY_SNAPSHOT, type Entry, LogWriter, readSnapshotMarks } from '../../../src/wal/index.ts';
import { RequestVersion } from '../../../src/wire/disk.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { contentOf, databaseBytes, SAMPLE, uint64, withDigest } from './sample-snapshot.ts';

const DATA = '/data';
const DATABASE = `${DATA}/member/snap/db`;
const WAL = `${DATA}/member/wal`;

/** A member's data directory with a storage version, none, or, for 'no term', not even a term. */
async function directory(version: string | undefined): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  files.put('/snap.db', withDigest(databaseBytes(SAMPLE)));
  await restore({
    source: '/snap.db',
    dataDir: DATA,
    name: 'm',
    initialCluster: 'm=http://h:1',
    initialClusterToken: 't',
    initialAdvertisePeerUrls: ['http://h:1'],
    files,
  });
  updateFile(
    DATABASE,
    (root) => {
      const meta = root.bucketOrCreate('meta');
      if (version === 'no term') meta.delete('term');
      else if (version !== undefined) meta.put('storageVersion', Buffer.from(version));
    },
    files,
  );
  return files;
}

/** Entries of the given data behind the restored ones. */
async function append(
  files: MemoryFiles,
  ...entries: readonly (readonly [index: bigint, data: Uint8Array, type?: 0 | 1])[]
) {
  const start = readSnapshotMarks(files, WAL).at(-1) ?? EMPTY_SNAPSHOT;
  const { writer } = LogWriter.open(files, WAL, start, () => undefined);
  for (const [index, data, type = 0] of entries) {
    const entry: Entry = { type, term: 1n, index, data };
    await writer.save({ term: 1n, vote: 1n, commit: index }, [entry]);
  }
  await writer.close();
}

const needing = (ver: string) => RequestVersion.encode({ downgrade_version_test: { ver } }).finish();

interface Outcome {
  readonly message: string | undefined;
  readonly told: string[];
  readonly version: string | undefined;
}

async function run(files: MemoryFiles, target: string, more: Partial<MigrateOptions> = {}): Promise<Outcome> {
  const events: LogEvent[] = [];
  let held = 0;
  const options: MigrateOptions = {
    dataDir: DATA,
    target: parseTargetVersion(target),
    lockTimeoutMs: 10_000,
    log: (event) => events.push(event),
    files,
    lock: async () => {
      held++;
      return { held: true, release: () => held-- };
    },
    ...more,
  };
  const message = await migrate(options).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : 'no error'),
  );
  expect(held, 'the lock is given back').toBe(0);
  const told = events.map(({ level, message, fields }) => [level, message, ...Object.values(fields)].join(' | '));
  return { message, told, version: contentOf(files, DATABASE).meta?.storageVersion };
}

describe('a data directory', () => {
  it.each([
    [undefined, '3.6', '3.6.0', ['3.6.0']],
    [undefined, '3.7', '3.7.0', ['3.6.0', '3.7.0']],
    ['3.6.0', '3.7', '3.7.0', ['3.7.0']],
    ['3.7.0', '3.6', '3.6.0', ['3.6.0']],
    ['3.7.0', '3.5', undefined, ['3.6.0', '3.5.0']],
    ['3.6.0', '3.5', undefined, ['3.5.0']],
    ['', '3.6', '3.6.0', ['3.6.0']],
    ['rubbish', '3.6', '3.6.0', ['3.6.0']],
  ])('of version %s goes to %s', async (from, to, version, steps) => {
    const outcome = await run(await directory(from), to);
    expect(outcome).toEqual({
      message: undefined,
      told: steps.map((step) => `info | updated storage version | ${step}`),
      version,
    });
  });

  it.each([
    [undefined, '3.5'],
    ['3.6.0', '3.6'],
    ['3.7.0', '3.7'],
  ])('of version %s is left alone when that is wanted', async (from, to) => {
    const files = await directory(from);
    const before = files.bytes(DATABASE);
    const outcome = await run(files, to);
    expect(outcome.told).toEqual([`info | storage version up-to-date | ${to}`]);
    expect(Buffer.compare(files.bytes(DATABASE), before)).toBe(0);
  });

  it.each([
    ['no term', '3.6', 'missing term information'],
    [undefined, '3.8', 'cannot create migration plan: version "3.8.0" is not supported'],
    ['3.6.0', '4.0', 'cannot create migration plan: changing major storage version is not supported'],
    ['3.9.0', '3.6', 'cannot create migration plan: version "3.9.0" is not supported'],
  ])('of version %s does not go to %s', async (from, to, message) => {
    const files = await directory(from);
    const before = files.bytes(DATABASE);
    expect((await run(files, to)).message).toBe(message);
    expect(Buffer.compare(files.bytes(DATABASE), before)).toBe(0);
  });

  it.each([
    [undefined, '3.8', '3.8.0', 'warn | forcefully set storage version | 3.8'],
    ['3.6.0', '4.1', '4.1.0', 'warn | forcefully set storage version | 4.1'],
    ['3.9.0', '3.5', undefined, 'warn | forcefully cleared storage version'],
  ])('of version %s is forced to %s', async (from, to, version, told) => {
    const outcome = await run(await directory(from), to, { force: true });
    expect(outcome.message).toBeUndefined();
    expect(outcome.told.at(-2)).toMatch(
      /^info \| normal migrate failed, trying with force \| cannot create migration plan: /,
    );
    expect(outcome.told.at(-1)).toBe(told);
    expect(outcome.version).toBe(version);
  });

  it('is not forced where its version can not be told', async () => {
    const outcome = await run(await directory('no term'), '3.6', { force: true });
    expect(outcome.message).toBe('missing term information');
    expect(outcome.told).toEqual([
      'error | failed to detect storage version. Please make sure you are using data dir from etcd v3.5 and older',
    ]);
  });
});

const newer = (target: string, found: string) =>
  `cannot downgrade storage, WAL contains newer entries, as the target version (${target}) is lower than the version (${found}) detected from WAL logs`;

describe('the log', () => {
  it.each([
    ['that needs 3.6', '3.7.0', '3.5', ['3.6.0'], newer('3.5.0', '3.6.0')],
    ['that needs 3.6 at least', '3.7.0', '3.5', ['3.1.0'], newer('3.5.0', '3.6.0')],
    ['that needs 3.6, for 3.6', '3.7.0', '3.6', ['3.6.0'], undefined],
    ['that needs the newest of many', '3.7.0', '3.6', ['3.6.0', '3.7.0', '3.6.0'], newer('3.6.0', '3.7.0')],
    ['that needs more than the target, on the way up', '3.6.0', '3.7', ['3.9.0'], undefined],
  ])('%s (%s to %s)', async (_, from, to, versions, message) => {
    const files = await directory(from);
    await append(files, ...versions.map((ver, i) => [BigInt(i + 2), needing(ver)] as const));
    expect((await run(files, to)).message).toBe(message);
  });

  it('does not count what was replaced, is a change of members, or comes before the snapshot', async () => {
    const files = await directory('3.7.0');
    await append(files, [2n, needing('3.9.0')], [3n, needing('3.8.0')]);
    await append(files, [2n, new Uint8Array(0)], [3n, needing('3.9.0'), 1], [4n, Buffer.from('0801', 'hex')]);
    expect((await run(files, '3.5')).message).toBeUndefined();
  });

  it('may hold requests of the old API', async () => {
    const files = await directory('3.6.0');
    // {ID: 1, Method: "PUT", Path: "/0/version", Val: "3.5.0"}
    const request = Buffer.from('080112035055541a0a2f302f76657273696f6e2205332e352e30', 'hex');
    await append(files, [2n, request]);
    expect((await run(files, '3.5')).message).toBeUndefined();
  });

  it('that can not be read stops the migration, forced or not', async () => {
    for (const force of [false, true]) {
      const files = await directory(undefined);
      const path = `${WAL}/${files.list(WAL)[0]}`;
      const bytes = files.bytes(path);
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      files.put(path, bytes);
      const outcome = await run(files, '3.6', { force });
      expect(outcome.message).toMatch(
        /^failed to read wal: walpb: crc mismatch: .* in file '\/data\/member\/wal\/.*' at position: \d+$/,
      );
      expect(outcome.told[0]).toMatch(/^error \| Failed to finalize config \| /);
      expect(outcome.version).toBeUndefined();
    }
  });

  it('that holds no requests stops the migration', async () => {
    const files = await directory('3.6.0');
    await append(files, [2n, Buffer.from('ff', 'hex')]);
    expect((await run(files, '3.5')).message).toBe('entry 2 of the log is no request');
  });

  it('that is missing stops the migration', async () => {
    const files = await directory('3.6.0');
    files.removeTree(WAL);
    expect((await run(files, '3.5')).message).toBe(`open ${WAL}: no such file or directory`);
  });
});

const busyLock = async (path: string, timeoutMs: number): Promise<never> => {
  throw new FileError('lock', path, 'EWOULDBLOCK', `busy for ${timeoutMs} ms`);
};

describe('a migration', () => {
  it('needs a database', async () => {
    const files = new MemoryFiles();
    const failure = migrate({ dataDir: DATA, target: parseTargetVersion('3.6'), lockTimeoutMs: 0, files });
    await expect(failure).rejects.toThrow(`stat ${DATABASE}: no such file or directory`);
  });

  it('needs one that is one', async () => {
    const files = await directory(undefined);
    files.put(DATABASE, new Uint8Array(8192).fill(7));
    const failure = migrate({
      dataDir: DATA,
      target: parseTargetVersion('3.6'),
      lockTimeoutMs: 0,
      files,
      lock: async () => ({ held: true, release: () => undefined }),
    });
    await expect(failure).rejects.toThrow(`${DATABASE}: invalid database`);
  });

  it('waits for the lock as long as it is told to', async () => {
    const files = await directory(undefined);
    expect((await run(files, '3.6', { lock: busyLock, lockTimeoutMs: 77 })).message).toBe(
      `lock ${DATABASE}: busy for 77 ms`,
    );
  });

  it('happens as a whole or not at all', async () => {
    const intact = await directory(undefined);
    const first = intact.calls.length;
    await run(intact, '3.7');
    const calls = intact.calls.length - first;
    for (let at = 0; at < calls; at++) {
      const files = await directory(undefined);
      for (const path of ['/', DATA, `${DATA}/member`, `${DATA}/member/snap`]) files.syncDirectory(path);
      const start = files.calls.length;
      files.fault = (_operation, _path, call) => (call >= start + at ? 'EIO' : undefined);
      await migrate({
        dataDir: DATA,
        target: parseTargetVersion('3.7'),
        lockTimeoutMs: 0,
        files,
        lock: async () => ({ held: true, release: () => undefined }),
      }).catch((error: unknown) => expect(error).toBeInstanceOf(FileError));
      for (const keeps of [true, false]) {
        const { meta } = contentOf(
          files.crash(() => keeps),
          DATABASE,
        );
        expect([undefined, '3.7.0']).toContain(meta?.storageVersion);
        expect(meta?.term).toBe(uint64(1).toString('latin1'));
      }
    }
  });
});
