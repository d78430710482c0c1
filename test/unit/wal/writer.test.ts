import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AssertionFailure, nodeFiles } from '../../../src/base/index.ts';
import {
  decodeMemberIds,
  EMPTY_HARD_STATE,
  EMPTY_SNAPSHOT,
  LogWriter,
  readLog,
  readSnapshotMarks,
  SEGMENT_BYTES,
} from '../../../src/wal/index.ts';
import { listSegments } from '../../../src/wal/names.ts';
import { type LogRecord, RecordReader } from '../../../src/wal/record-reader.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import {
  DIRECTORY,
  entriesOf,
  entry,
  hardState,
  mark,
  METADATA,
  segmentPaths,
  summary,
  writeSample,
} from './sample-log.ts';

function recordsOf(files: MemoryFiles): LogRecord[] {
  const reader = new RecordReader(files, listSegments(files, DIRECTORY));
  const records: LogRecord[] = [];
  for (let record = reader.next(); record; record = reader.next()) records.push(record);
  return records;
}

const firstEntries = (count: number) => summary(Array.from({ length: count }, (_, i) => entry(BigInt(i + 1))));

const create = (files: MemoryFiles, segmentBytes = 4000) =>
  LogWriter.create(files, DIRECTORY, METADATA, { segmentBytes });

describe('a new log', () => {
  it('is one preallocated segment, private, in its place at once', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'wal-'));
    try {
      const directory = join(scratch, 'member/wal');
      await LogWriter.create(nodeFiles, directory, METADATA).close();
      const path = join(directory, '0000000000000000-0000000000000000.wal');
      expect(nodeFiles.list(join(scratch, 'member'))).toEqual(['wal']);
      expect(statSync(path).size).toBe(SEGMENT_BYTES);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(directory).mode & 0o777).toBe(0o700);
      // A checksum of 0, the metadata, a snapshot at 0: as etcd's own tools head a log of these ids.
      const head =
        '0400000000000084 0804100000000000' +
        '2000000000000000 080110bb81c7fc05 1a1608cdd2918bd2 b881cf8e0110b298 eaf1948386fccd01' +
        '0e00000000000082 08051094bbc7ed0e 1a04080010000000';
      expect(readFileSync(path).subarray(0, 80).toString('hex')).toBe(head.replaceAll(' ', ''));
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });

  it('knows whose it is and its empty start', async () => {
    const files = new MemoryFiles();
    await create(files).close();
    const log = readLog(files, DIRECTORY, EMPTY_SNAPSHOT);
    expect(log.hardState).toEqual(EMPTY_HARD_STATE);
    expect(log.lastIndex).toBe(0n);
    expect(log.tornTail).toBeUndefined();
    expect(decodeMemberIds(log.metadata ?? new Uint8Array(0), DIRECTORY)).toEqual({
      memberId: 0x8e9e05c52164694dn,
      clusterId: 0xcdf818194e3a8c32n,
    });
  });

  it('takes the place of an empty directory and of what an earlier attempt left', async () => {
    const files = new MemoryFiles();
    files.makeDirectories(DIRECTORY);
    files.put(`${DIRECTORY}.tmp/0000000000000000-0000000000000000.wal`, new Uint8Array(9));
    await create(files).close();
    expect(files.list(DIRECTORY)).toEqual(['0000000000000000-0000000000000000.wal']);
    expect(files.list('/data/member')).toEqual(['wal']);
  });

  it('does not take the place of another', async () => {
    const files = new MemoryFiles();
    await create(files).close();
    expect(() => create(files)).toThrow(`wal: a log exists in '${DIRECTORY}'`);
    const used = new MemoryFiles();
    used.put(`${DIRECTORY}/notes`, new Uint8Array(1));
    expect(() => create(used)).toThrow('ENOTEMPTY');
    expect(used.list('/data/member')).toEqual(['wal']);
  });
});

describe('a saved log', () => {
  it('is read back entry by entry, through all its segments', async () => {
    const files = new MemoryFiles();
    await writeSample(files, 20);
    expect(segmentPaths(files).length).toBeGreaterThan(4);
    expect(summary(entriesOf(files))).toEqual(firstEntries(60));
    const log = readLog(files, DIRECTORY, EMPTY_SNAPSHOT);
    expect(log.hardState).toEqual(hardState(58n));
    expect(log.lastIndex).toBe(60n);
  });

  it('names each segment by the entry it begins with, and heads it with all a reader needs', async () => {
    const files = new MemoryFiles();
    await writeSample(files, 20);
    let next = 1n;
    for (const [sequence, path] of segmentPaths(files).entries()) {
      const [, number, index] = /(\w{16})-(\w{16})\.wal$/.exec(path) ?? [];
      expect(Number.parseInt(number ?? '', 16)).toBe(sequence);
      if (sequence > 0) expect(BigInt(`0x${index}`)).toBe(next);
      const alone = new MemoryFiles();
      alone.put(`${DIRECTORY}/0000000000000000-0000000000000000.wal`, files.bytes(path));
      const records = recordsOf(alone);
      expect(records.slice(0, 3).map(({ type }) => type)).toEqual(sequence === 0 ? [4, 1, 5] : [4, 1, 3]);
      next += BigInt(records.filter(({ type }) => type === 2).length);
    }
    expect(next).toBe(61n);
  });

  it('is cut to its content in all segments but the last', async () => {
    const files = new MemoryFiles();
    await writeSample(files, 20);
    const sizes = segmentPaths(files).map((path) => files.bytes(path).length);
    expect(sizes.slice(0, -1).every((size) => size >= 4000 && size < 8000)).toBe(true);
    expect(sizes.at(-1)).toBe(4000);
    expect(files.list(DIRECTORY).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('begins after a snapshot when asked to', async () => {
    const files = new MemoryFiles();
    await writeSample(files, 5);
    const snapshots = readSnapshotMarks(files, DIRECTORY);
    expect(snapshots.map(({ index, term }) => [index, term])).toEqual([
      [0n, 0n],
      [5n, 1n],
    ]);
    expect(snapshots[1]?.confState?.voters).toEqual([7n]);
    expect(entriesOf(files, mark(5n)).map(({ index }) => index)).toEqual([
      6n,
      7n,
      8n,
      9n,
      10n,
      11n,
      12n,
      13n,
      14n,
      15n,
    ]);
  });

  it('goes on where it ended', async () => {
    const files = new MemoryFiles();
    await writeSample(files, 4);
    const seen: bigint[] = [];
    const { writer, content } = LogWriter.open(files, DIRECTORY, EMPTY_SNAPSHOT, ({ index }) => seen.push(index), {
      segmentBytes: 4000,
    });
    expect(seen).toHaveLength(12);
    expect(content.lastIndex).toBe(12n);
    for (let index = 13n; index < 40n; index++) await writer.save(hardState(index), [entry(index)]);
    await writer.close();
    expect(summary(entriesOf(files))).toEqual(firstEntries(39));
  });

  it('lets a later entry replace an earlier one and all after it', async () => {
    const files = new MemoryFiles();
    const writer = create(files);
    await writer.save(hardState(1n), [entry(1n), entry(2n), entry(3n), entry(4n)]);
    await writer.save(hardState(2n, 2n), [entry(3n, 2n)]);
    await writer.close();
    expect(entriesOf(files).map(({ index, term }) => `${index}@${term}`)).toEqual(['1@1', '2@1', '3@2']);
  });

  it('holds entries larger than any buffer', async () => {
    const files = new MemoryFiles();
    const writer = create(files, 10_000);
    const big = { ...entry(1n), data: new Uint8Array(700_001).fill(9) };
    await writer.save(hardState(1n), [big, entry(2n)]);
    await writer.close();
    const [first, second] = entriesOf(files);
    expect(Buffer.compare(first?.data ?? new Uint8Array(0), big.data)).toBe(0);
    expect(second).toEqual(entry(2n));
  });
});

const syncs = (files: MemoryFiles) => files.calls.filter((call) => call.startsWith('sync ')).length;

describe('durability', () => {
  it.each([
    ['entries', hardState(0n), [entry(1n)], 1],
    ['a new term', hardState(0n, 2n), [], 1],
    ['a commit alone', hardState(5n), [], 0],
    ['nothing', EMPTY_HARD_STATE, [], 0],
  ])('%s cost as many fsyncs as they need', async (_, state, entries, expected) => {
    const files = new MemoryFiles();
    const writer = create(files, 1_000_000);
    await writer.save(hardState(0n), []);
    const before = syncs(files);
    await writer.save(state, entries);
    expect(syncs(files) - before).toBe(expected);
  });

  it('asks for a snapshot with its membership', async () => {
    const writer = create(new MemoryFiles());
    await expect(writer.saveSnapshot({ index: 3n, term: 1n })).rejects.toThrow(AssertionFailure);
  });

  it('serves one call at a time', async () => {
    const writer = create(new MemoryFiles());
    const first = writer.save(hardState(0n), [entry(1n)]);
    await expect(writer.save(hardState(0n), [entry(2n)])).rejects.toThrow('is busy');
    await first;
    await writer.close();
    await writer.close();
    await expect(writer.save(hardState(0n), [entry(3n)])).rejects.toThrow('is closed');
  });
});
