import { assert, asyncProperty, infiniteStream, boolean, nat } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../../src/base/index.ts';
import { EMPTY_SNAPSHOT, LogWriter, logExists, readLog, repairLog } from '../../../src/wal/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { DIRECTORY, entriesOf, entry, hardState, METADATA, segmentPaths, summary, writeSample } from './sample-log.ts';

const BATCHES = 12;

/** Saves until a call fails; returns the index of the last entry that was acknowledged. */
async function saveUntilFailure(files: MemoryFiles): Promise<{ acknowledged: bigint; error: unknown }> {
  let acknowledged = 0n;
  try {
    const writer = LogWriter.create(files, DIRECTORY, METADATA, { segmentBytes: 3000 });
    for (let batch = 0; batch < BATCHES; batch++) {
      const first = BigInt(batch * 3 + 1);
      await writer.save(hardState(first), [entry(first), entry(first + 1n), entry(first + 2n)]);
      acknowledged = first + 2n;
    }
    await writer.close();
    return { acknowledged, error: undefined };
  } catch (error) {
    return { acknowledged, error };
  }
}

async function callCount(): Promise<number> {
  const files = new MemoryFiles();
  await saveUntilFailure(files);
  return files.calls.length;
}

/** Opens what is on the disk as a member does at boot; returns the index of the last entry. */
function boot(files: MemoryFiles): bigint {
  if (!logExists(files, DIRECTORY)) return 0n;
  if (readLog(files, DIRECTORY, EMPTY_SNAPSHOT).tornTail) repairLog(files, DIRECTORY);
  const found = entriesOf(files);
  expect(summary(found)).toEqual(summary(found.map((_, i) => entry(BigInt(i + 1)))));
  LogWriter.open(files, DIRECTORY, EMPTY_SNAPSHOT, () => {});
  return BigInt(found.length);
}

describe('power lost at any call', () => {
  it('loses no entry that was acknowledged', async () => {
    const calls = await callCount();
    await assert(
      asyncProperty(nat(calls - 1), infiniteStream(boolean()), async (at, kept) => {
        const files = new MemoryFiles();
        // All calls from this one on fail, as for a process that is no longer there.
        files.fault = (_operation, _path, call) => (call >= at ? 'EIO' : undefined);
        const { acknowledged } = await saveUntilFailure(files);
        const found = files.crash(() => kept.next().value ?? false);
        expect(boot(found)).toBeGreaterThanOrEqual(acknowledged);
      }),
      { numRuns: 600 },
    );
  });

  it('during a repair leaves a log that can be repaired', async () => {
    const torn = new MemoryFiles();
    await writeSample(torn, 5);
    const last = segmentPaths(torn).at(-1)!;
    const whole = torn.bytes(last);
    const end = whole.findLastIndex((byte) => byte !== 0);
    const build = () => {
      const files = new MemoryFiles();
      for (const path of segmentPaths(torn))
        files.put(path, path === last ? whole.subarray(0, end - 20) : torn.bytes(path));
      // `put` makes files durable, their directories become so here.
      for (const path of ['/', '/data', '/data/member', DIRECTORY]) files.syncDirectory(path);
      return files;
    };
    const intact = build();
    repairLog(intact, DIRECTORY);
    const expected = entriesOf(intact).length;
    for (let at = 0; at < intact.calls.length; at++) {
      for (const keeps of [true, false]) {
        const files = build();
        const before = files.calls.length;
        files.fault = (_operation, _path, call) => (call >= before + at ? 'EIO' : undefined);
        try {
          repairLog(files, DIRECTORY);
        } catch (error) {
          expect(error).toBeInstanceOf(FileError);
        }
        expect(boot(files.crash(() => keeps))).toBe(BigInt(expected));
      }
    }
  });
});

describe('a call that fails', () => {
  const RUNS = [['ENOSPC'], ['EIO']] as const;

  it.each(RUNS)('with %s is told, and the writer works no more', async (code) => {
    const calls = await callCount();
    for (let at = 0; at < calls; at++) {
      const files = new MemoryFiles();
      files.fault = (_operation, _path, call) => (call === at ? code : undefined);
      const { acknowledged, error } = await saveUntilFailure(files);
      // Looking whether there is a log already, or is an old attempt, may fail too; every failure must be told.
      expect(error, files.calls.at(-1)).toBeInstanceOf(FileError);
      files.fault = () => undefined;
      expect(boot(files.crash(() => true))).toBeGreaterThanOrEqual(acknowledged);
    }
  });

  it('is never followed by another fsync that pretends all is well', async () => {
    const files = new MemoryFiles();
    const writer = LogWriter.create(files, DIRECTORY, METADATA, { segmentBytes: 3000 });
    files.fault = (operation) => (operation === 'sync' ? 'EIO' : undefined);
    await expect(writer.save(hardState(0n), [entry(1n)])).rejects.toThrow('input/output error');
    files.fault = () => undefined;
    await expect(writer.save(hardState(0n), [entry(2n)])).rejects.toThrow(`wal: writer of '${DIRECTORY}' is failed`);
    await expect(writer.saveSnapshot(EMPTY_SNAPSHOT)).rejects.toThrow('is failed');
    const syncs = files.calls.filter((call) => call.startsWith('sync')).length;
    await writer.close();
    expect(files.calls.filter((call) => call.startsWith('sync'))).toHaveLength(syncs);
  });

  it('when a log is made leaves nothing behind', () => {
    const clean = new MemoryFiles();
    clean.makeDirectories('/data/member');
    LogWriter.create(clean, DIRECTORY, METADATA, { segmentBytes: 3000 });
    const made = clean.calls.findIndex((call) => call.startsWith('rename'));
    for (let at = 1; at <= made + 1; at++) {
      const files = new MemoryFiles();
      files.makeDirectories('/data/member');
      files.fault = (operation, _path, call) => (operation !== 'remove' && call >= at ? 'ENOSPC' : undefined);
      expect(() => LogWriter.create(files, DIRECTORY, METADATA)).toThrow('no space left on device');
      files.fault = () => undefined;
      expect(files.list('/data/member')).toEqual([]);
    }
  });
});

describe('a write of which a part got to the disk', () => {
  it.each([1, 2, 3, 10])(
    'is taken back, so that the log ends with what was promised (%i entries in it)',
    async (count) => {
      const files = new MemoryFiles();
      const writer = LogWriter.create(files, DIRECTORY, METADATA);
      await writer.save(hardState(1n), [entry(1n)]);
      let writes = 0;
      files.fault = (operation) => (operation !== 'write' ? undefined : (writes += 1) === 1 ? 'short' : 'ENOSPC');
      const more = Array.from({ length: count }, (_, at) => entry(BigInt(at + 2)));
      await expect(writer.save(hardState(1n), more)).rejects.toThrow('no space left on device');
      files.fault = () => undefined;
      await writer.close();
      expect(writes).toBeGreaterThan(1);
      const visited: bigint[] = [];
      const { content } = LogWriter.open(files, DIRECTORY, EMPTY_SNAPSHOT, ({ index }) => void visited.push(index));
      expect(visited).toEqual([1n]);
      expect(content.tornTail).toBeUndefined();
    },
  );
});

describe('short writes', () => {
  it('are carried on', async () => {
    const files = new MemoryFiles();
    files.fault = (operation, _path, call) => (operation === 'write' && call % 2 === 0 ? 'short' : undefined);
    await writeSample(files, 8);
    expect(entriesOf(files)).toHaveLength(24);
  });
});
