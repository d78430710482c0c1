import { assert, asyncProperty, nat, property, tuple, array, constantFrom } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { equalBytes, type File } from '../../../src/base/index.ts';
import { EMPTY_SNAPSHOT, type Entry, LogWriter, readLog, repairLog, WalError } from '../../../src/wal/index.ts';
import { frame } from '../../../src/wal/frame.ts';
import { RecordEncoder, RecordType } from '../../../src/wal/records.ts';
import { SegmentReader } from '../../../src/wal/segment-reader.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { DIRECTORY, entriesOf, entry, hardState, METADATA, segmentPaths, summary, writeSample } from './sample-log.ts';

/** A log of several segments, and its parts: reading never changes it. */
const sample = new MemoryFiles();
let paths: string[];
let entries: Entry[];
let last: string;
let first: string;
beforeAll(async () => {
  await writeSample(sample, 20);
  paths = segmentPaths(sample);
  entries = entriesOf(sample);
  first = paths[0]!;
  last = paths.at(-1)!;
});

/** The sample with one segment replaced. */
function withSegment(path: string, bytes: Uint8Array): MemoryFiles {
  const files = new MemoryFiles();
  for (const each of paths) files.put(each, each === path ? bytes : sample.bytes(each));
  return files;
}

/** Where the content of a segment ends: at the zeros after the last record. */
function contentEnd(path: string): number {
  const files = new MemoryFiles();
  files.put(path, sample.bytes(path));
  const file = files.open(path, 'read');
  const reader = new SegmentReader(file);
  while (reader.next().kind === 'record');
  return reader.offset;
}

/** The entries read, if they are the first so many of the sample's; otherwise the test fails. */
function prefixRead(files: MemoryFiles): number {
  const found = entriesOf(files);
  expect(summary(found)).toEqual(summary(entries.slice(0, found.length)));
  return found.length;
}

function outcome(run: () => unknown): WalError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof WalError) return error;
    throw error;
  }
}

const read = (files: MemoryFiles) => readLog(files, DIRECTORY, EMPTY_SNAPSHOT);

describe('the last segment cut off anywhere', () => {
  it('reads up to the cut, and is mended if the cut went through a record', () => {
    const whole = sample.bytes(last);
    const end = contentEnd(last);
    let torn = 0;
    for (let size = 0; size <= end + 16; size++) {
      const files = withSegment(last, whole.subarray(0, size));
      const before = prefixRead(files);
      const { tornTail } = read(files);
      const repair = repairLog(files, DIRECTORY);
      expect(repair?.torn).toEqual(tornTail);
      if (!tornTail) continue;
      torn++;
      expect(repair?.brokenPath).toBe(`${last}.broken`);
      expect(equalBytes(files.bytes(`${last}.broken`), whole.subarray(0, size))).toBe(true);
      expect(equalBytes(files.bytes(last), whole.subarray(0, tornTail.offset))).toBe(true);
      expect(read(files).tornTail).toBeUndefined();
      expect(prefixRead(files)).toBe(before);
    }
    // Record boundaries lie 8 bytes apart at the least, so most cuts go through one.
    expect(torn).toBeGreaterThan(end * 0.8);
  });

  it('takes up new entries after the repair', async () => {
    await assert(
      asyncProperty(nat(contentEnd(last)), async (size) => {
        const files = withSegment(last, sample.bytes(last).subarray(0, size));
        repairLog(files, DIRECTORY);
        const count = prefixRead(files);
        const { writer, content } = LogWriter.open(files, DIRECTORY, EMPTY_SNAPSHOT, () => {}, { segmentBytes: 4000 });
        const next = { ...entry(content.lastIndex + 1n), term: 2n };
        await writer.save(hardState(1n, 2n), [next]);
        await writer.close();
        expect(summary(entriesOf(files))).toEqual(summary([...entries.slice(0, count), next]));
      }),
      { numRuns: 60 },
    );
  });

  it('is not opened for writing before the repair', () => {
    const files = withSegment(last, sample.bytes(last).subarray(0, contentEnd(last) - 3));
    const error = outcome(() => LogWriter.open(files, DIRECTORY, EMPTY_SNAPSHOT, () => {}));
    expect(error?.fault).toBe('torn');
    expect(error?.message).toMatch(/^wal: record of \d+ bytes where \d+ are left: in file '.*\.wal' at position: \d+$/);
  });
});

describe('an earlier segment cut off anywhere', () => {
  it('is refused, and nothing is changed', () => {
    const whole = sample.bytes(first);
    for (let size = 0; size < whole.length; size += 3) {
      const files = withSegment(first, whole.subarray(0, size));
      const error = outcome(() => read(files));
      expect(error?.fault, `cut at ${size}`).toMatch(/corrupt|snapshot-missing/);
      expect(repairLog(files, DIRECTORY)).toBeUndefined();
      expect(equalBytes(files.bytes(first), whole.subarray(0, size))).toBe(true);
    }
  });

  it('is refused by file and offset', () => {
    const files = withSegment(first, sample.bytes(first).subarray(0, 1000));
    expect(outcome(() => read(files))?.message).toMatch(
      new RegExp(
        `^wal: record of \\d+ bytes where \\d+ are left, and more segments follow: in file '${first}' at position: \\d+$`,
      ),
    );
  });
});

describe('a sector of zeros', () => {
  it('in the last segment is a write cut short', async () => {
    for (const blanked of [512, 1024, 2048, 4096]) {
      const files = new MemoryFiles();
      const writer = LogWriter.create(files, DIRECTORY, METADATA, { segmentBytes: 20_000 });
      await writer.save(hardState(1n), [entry(1n), entry(2n)]);
      await writer.save(hardState(1n), [{ ...entry(3n), data: new Uint8Array(6000).fill(1) }, entry(4n)]);
      await writer.close();
      const path = segmentPaths(files)[0]!;
      files.put(path, files.bytes(path).fill(0, blanked, blanked + 512));
      expect(read(files).tornTail?.reason).toBe('record written in part');
      const found = entriesOf(files);
      expect(summary(found)).toEqual(summary([entry(1n), entry(2n)].slice(0, found.length)));
      expect(repairLog(files, DIRECTORY)?.brokenPath).toBe(`${path}.broken`);
      expect(read(files).tornTail).toBeUndefined();
    }
  });

  it('in an earlier segment is damage', () => {
    const files = withSegment(first, sample.bytes(first).fill(0, 1024, 2048));
    expect(outcome(() => read(files))?.fault).toBe('corrupt');
    expect(repairLog(files, DIRECTORY)).toBeUndefined();
  });
});

describe('bytes changed anywhere', () => {
  const change = tuple(nat(), nat(), constantFrom(0x00, 0x01, 0x08, 0x7f, 0x80, 0xff));

  it('end in entries that were written or in an error, never in others', () => {
    let refused = 0;
    assert(
      property(array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const files = new MemoryFiles();
        for (const path of paths) files.put(path, sample.bytes(path));
        for (const [which, at, value] of changes) {
          const path = paths[which % paths.length]!;
          const bytes = files.bytes(path);
          bytes[at % bytes.length] = value;
          files.put(path, bytes);
        }
        const error = outcome(() => prefixRead(files));
        if (error) refused++;
        else repairLog(files, DIRECTORY);
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });

  it('name the file and the offset of the record', () => {
    const bytes = sample.bytes(first);
    bytes[300] = (bytes[300] ?? 0) ^ 1;
    expect(outcome(() => read(withSegment(first, bytes)))?.message).toMatch(
      new RegExp(
        `^walpb: crc mismatch: expected: [0-9a-f]+ computed: [0-9a-f]+: in file '${first}' at position: \\d+$`,
      ),
    );
  });
});

const word = (hex: string) => Buffer.from(hex, 'hex');
/** A file that claims a size and holds a word at its start. */
const claim = (size: number, bytes: Uint8Array): File => ({
  path: 'claim',
  size: () => size,
  readAt: (into, at) => {
    const piece = bytes.subarray(at, at + into.length);
    into.set(piece);
    return piece.length;
  },
  readAtAsync: () => Promise.reject(new Error('unused')),
  writeAt: () => 0,
  writeAtAsync: () => Promise.reject(new Error('unused')),
  truncate: () => undefined,
  fsync: () => undefined,
  fdatasync: () => undefined,
  fdatasyncAsync: () => Promise.reject(new Error('unused')),
  close: () => undefined,
});

describe('a hostile length', () => {
  it.each([
    [
      'beyond the file',
      64_000_000,
      '00ffffffffff0000',
      'overrun',
      /^record of 281474976710400 bytes where 64000000 are left$/,
    ],
    [
      'beyond all bounds',
      2 ** 50,
      '0000000000000100',
      'invalid',
      /^record of 281474976710656 bytes is beyond all bounds$/,
    ],
    [
      'just beyond all bounds',
      2 ** 50,
      '0800002000000000',
      'invalid',
      /^record of 536870920 bytes is beyond all bounds$/,
    ],
    [
      'beyond the bytes that are there',
      2 ** 20,
      '0800010000000000',
      'overrun',
      /^file ends earlier than its size tells$/,
    ],
  ])('%s is not allocated for', (_, size, hex, kind, reason) => {
    const found = new SegmentReader(claim(size, word(hex))).next();
    expect(found.kind).toBe(kind);
    expect('reason' in found ? found.reason : '').toMatch(reason);
  });
});

const encode = (...records: readonly (readonly [number, Uint8Array])[]): MemoryFiles => {
  const encoder = new RecordEncoder();
  const parts = [encoder.encode(RecordType.CRC), encoder.encode(RecordType.METADATA, METADATA)];
  parts.push(encoder.encode(RecordType.SNAPSHOT, Buffer.from('08001000', 'hex')));
  for (const [type, data] of records) parts.push(encoder.encode(type, data));
  const files = new MemoryFiles();
  files.put(`${DIRECTORY}/0000000000000000-0000000000000000.wal`, Buffer.concat(parts));
  return files;
};
const hex = (text: string) => Buffer.from(text, 'hex');

describe('a log with right checksums and wrong content', () => {
  it.each([
    ['an unknown type', 9, '', 'corrupt', 'unexpected block type 9'],
    ['other metadata', RecordType.METADATA, '0801', 'metadata-conflict', 'wal: conflicting metadata found'],
    ['no entry', RecordType.ENTRY, '22ff', 'corrupt', 'wal: record holds no entry'],
    ['no hard state', RecordType.STATE, '08', 'corrupt', 'wal: record holds no hard state'],
    ['no snapshot', RecordType.SNAPSHOT, '1a05', 'corrupt', 'wal: record holds no snapshot'],
    ['a gap before an entry', RecordType.ENTRY, '080010011803', 'corrupt', 'wal: entry 3 follows entry 0'],
    [
      'another term for the snapshot',
      RecordType.SNAPSHOT,
      '08001004',
      'snapshot-mismatch',
      'wal: snapshot mismatch: term 4 where 0 was expected',
    ],
  ] as const)('with %s is refused', (_, type, data, fault, reason) => {
    const error = outcome(() => read(encode([type, hex(data)])));
    expect(error?.fault).toBe(fault);
    expect(error?.message).toMatch(new RegExp(`^${reason}: in file '/data/member/wal/.*' at position: 80$`));
  });

  it('without the snapshot asked for is refused', () => {
    const error = outcome(() => readLog(encode(), DIRECTORY, { index: 4n, term: 1n }));
    expect(error?.fault).toBe('snapshot-missing');
    expect(error?.message).toBe(`wal: snapshot not found: index 4, term 1 in '${DIRECTORY}'`);
  });

  it('accepts scalars that were left out and scalars that are zero', () => {
    const files = encode(
      [RecordType.ENTRY, hex('080010011801')],
      [RecordType.ENTRY, hex('10011802')],
      [RecordType.STATE, hex('0801')],
      [RecordType.SNAPSHOT, hex('')],
    );
    expect(entriesOf(files)).toEqual([
      { type: 0, term: 1n, index: 1n, data: new Uint8Array(0) },
      { type: 0, term: 1n, index: 2n, data: new Uint8Array(0) },
    ]);
    expect(read(files).hardState).toEqual({ term: 1n, vote: 0n, commit: 0n });
  });

  it('of nothing but a record cut short can not be mended', () => {
    const files = new MemoryFiles();
    const path = `${DIRECTORY}/0000000000000000-0000000000000000.wal`;
    files.put(path, frame(new Uint8Array(100).fill(1)).subarray(0, 50));
    const error = outcome(() => repairLog(files, DIRECTORY));
    expect(error?.message).toBe(`wal: no whole record in the log: in file '${path}' at position: 0`);
    expect(files.bytes(path)).toHaveLength(50);
  });
});
