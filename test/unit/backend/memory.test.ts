import { array, assert, integer, property, tuple, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BUCKETS,
  type Capture,
  MemoryBackend,
  MemoryFile,
  piecesOf,
  readDatabase,
  writeImage,
} from '../../../src/backend/index.ts';
import { SizeTally } from '../../../src/backend/size-tally.ts';
import { compareBytes } from '../../../src/base/index.ts';
import { Checker, Database } from '../../../src/bbolt/index.ts';

const MIB = 1024 * 1024;

describe('a file in memory', () => {
  it('holds what was written where', () => {
    const anyWrite = tuple(integer({ min: 0, max: 3 * MIB }), uint8Array({ minLength: 1, maxLength: 50 }));
    assert(
      property(array(anyWrite, { maxLength: 12 }), integer({ min: 0, max: 3 * MIB }), (writes, size) => {
        const file = new MemoryFile();
        let model: Buffer = Buffer.alloc(0);
        const grow = (to: number): void => {
          if (to > model.length) model = Buffer.concat([model, Buffer.alloc(to - model.length)]);
        };
        for (const [at, bytes] of writes) {
          file.writeAt(bytes, at);
          grow(at + bytes.length);
          model.set(bytes, at);
        }
        file.truncate(size);
        model = Buffer.from(model.subarray(0, size));
        grow(size);
        // What was cut off must not come back.
        file.truncate(size + 10);
        grow(size + 10);
        const found = Buffer.alloc(model.length + 10);
        expect(file.readAt(found, 0)).toBe(model.length);
        expect(compareBytes(found.subarray(0, model.length), model)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it.each([MIB - 3, MIB, 2 * MIB - 1])('writes and reads across its pieces, at %i', (at) => {
    const file = new MemoryFile();
    file.writeAt(Buffer.from('abcdef'), at);
    const into = Buffer.alloc(8);
    expect([file.readAt(into, at), into.toString('latin1')]).toEqual([6, 'abcdef\0\0']);
    expect(file.size()).toBe(at + 6);
  });

  it('is made of pieces', () => {
    expect(MemoryFile.of([Buffer.from('ab'), Buffer.from('cd')]).size()).toBe(4);
  });
});

describe('an image', () => {
  const capture = (records: readonly (readonly [string, string])[]): Capture => {
    const unique = new Map(records);
    const list = [...unique].map(([key, value]) => [Buffer.from(key), Buffer.from(value)] as const);
    return new Map([['key', list.sort(([a], [b]) => compareBytes(a, b))]]);
  };

  it('is a sound database of what was captured, with all buckets, and is read back', async () => {
    const records = Array.from({ length: 25_000 }, (_, i) => [String(i).padStart(8, '0'), `v${i}`] as const);
    const meta: Capture = new Map([['meta', [[Buffer.from('m'), Buffer.from('1')] as const]]]);
    const file = new MemoryFile();
    let pauses = 0;
    for (const steps = writeImage(file, [capture(records), meta]); steps.next().done !== true; ) pauses += 1;
    expect(pauses).toBe(2);
    const database = new Database(file);
    const checker = new Checker(database);
    for (const steps = checker.run(); steps.next().done !== true; );
    expect(checker.problems.messages).toEqual([]);
    for (const bucket of BUCKETS) expect(database.bucket(bucket)).toBeDefined();
    const reader = readDatabase(file);
    const found = [...reader.records('key')].map(([key, value]) =>
      [key, value].map((part) => Buffer.from(part).toString()),
    );
    expect(found).toEqual(records);
    expect([...reader.records('lease')]).toEqual([]);
    let size = 0;
    for await (const piece of piecesOf(file)) size += piece.length;
    expect(size).toBe(file.size());
  });
});

describe('the size of a database that is not there', () => {
  it('grows with what it would hold, and shrinks by defragmenting alone', () => {
    let held = 0;
    const tally = new SizeTally(() => held);
    expect(tally.sizes()).toEqual({ sizeBytes: 20_480, inUseBytes: 16_384 });
    held = 1_000_000;
    const full = tally.sizes();
    expect(full.sizeBytes).toBeGreaterThan(1_000_000);
    expect(full.sizeBytes % 4096).toBe(0);
    held = 1000;
    expect(tally.sizes().sizeBytes).toBe(full.sizeBytes);
    expect(tally.sizes().inUseBytes).toBeLessThan(30_000);
    tally.defragment();
    expect(tally.sizes().sizeBytes).toBeLessThan(30_000);
  });

  it('is that of a backend in memory, which begins with what it was given', () => {
    const records = [[Buffer.from('k'), Buffer.from('v')]] as const;
    const backend = new MemoryBackend(() => 0, { records: (bucket) => (bucket === 'key' ? records : []) });
    expect([...backend.reader().records('key')]).toEqual(records);
    backend.put('key', Buffer.from('a'), Buffer.from('b'));
    backend.applied({ index: 5n, term: 2n });
    expect(backend.position).toEqual({ index: 5n, term: 2n });
    expect(backend.sizes().sizeBytes).toBe(20_480);
  });
});
