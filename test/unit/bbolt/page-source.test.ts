import { assert, array, constantFrom, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { File } from '../../../src/base/index.ts';
import { Database } from '../../../src/bbolt/index.ts';
import { encodeMeta } from '../../../src/bbolt/meta.ts';
import { PageSource } from '../../../src/bbolt/page-source.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { databaseOf, fileWith, PATH, problemsOf, readTree, type Tree } from './trees.ts';

const CHUNK = 64 * 1024;

function openBytes(bytes: Uint8Array): { file: File; files: MemoryFiles } {
  const files = new MemoryFiles();
  files.put(PATH, bytes);
  return { file: files.open(PATH, 'read'), files };
}

/** Bytes that tell where they are. */
function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = (Math.imul(i, 0x9e3779b1) >>> 23) & 0xff;
  return bytes;
}

describe('PageSource', () => {
  it('gives the bytes of the file, in whatever order they are asked for', () => {
    const bytes = pattern(CHUNK * 5 + 1000);
    const { file } = openBytes(bytes);
    const source = new PageSource(file, bytes.length);
    const length = constantFrom(1, 80, 1024, 4096, CHUNK - 1, CHUNK, CHUNK + 1, CHUNK * 2 + 5);
    assert(
      property(array(tuple(nat({ max: bytes.length - 1 }), length), { maxLength: 30 }), (reads) => {
        for (const [from, wanted] of reads) {
          const size = Math.min(wanted, bytes.length - from);
          const into = Buffer.alloc(size + 7);
          source.read(from, into, 7, size);
          expect(into.subarray(7).equals(bytes.subarray(from, from + size))).toBe(true);
        }
      }),
    );
  });

  it('reads a chunk once for all of its pages, and again when another took its place', () => {
    // 8 MiB of cache: the chunk 128 further on has the same slot.
    const { file, files } = openBytes(Buffer.alloc(CHUNK * 129));
    const source = new PageSource(file, CHUNK * 129);
    const into = Buffer.alloc(4096);
    const reads = (): number => files.calls.filter((call) => call.startsWith('read')).length;
    for (let page = 0; page < 16; page++) source.read(page * 4096, into, 0, 4096);
    expect(reads()).toBe(1);
    source.read(CHUNK * 128, into, 0, 4096);
    expect(reads()).toBe(2);
    source.read(0, into, 0, 4096);
    expect(reads()).toBe(3);
  });

  describe('in order', () => {
    const bytes = pattern(CHUNK * 14 + 5000);
    /** Reads the page at the start of each chunk, and checks it; returns where the file was read. */
    function readChunks(chunks: readonly number[]): string[] {
      const { file, files } = openBytes(bytes);
      const source = new PageSource(file, bytes.length);
      const into = Buffer.alloc(4096);
      for (const chunk of chunks) {
        source.read(chunk * CHUNK, into, 0, 4096);
        expect(into.equals(bytes.subarray(chunk * CHUNK, chunk * CHUNK + 4096))).toBe(true);
      }
      return files.calls.filter((call) => call.startsWith('read'));
    }

    it.each([
      ['one after another', [0, 1, 2, 3, 4, 5, 6, 7, 8], 3],
      // The end of the file shows in one more call.
      ['up to where the file ends', [8, 9, 10, 11, 12, 13, 14], 4],
      ['with others between', [4, 5, 0, 6, 0, 7, 8, 0, 9, 10], 4],
      ['with a step back', [4, 5, 6, 5, 4, 7, 8], 2],
      ['not at all', [9, 7, 5, 3, 1], 5],
    ])('reads ahead: %s', (_, chunks, calls) => {
      expect(readChunks(chunks)).toHaveLength(calls);
    });

    it('does not take what is left of what it read for more after a read that failed', () => {
      const { file, files } = openBytes(bytes);
      const source = new PageSource(file, bytes.length);
      const into = Buffer.alloc(4096);
      for (const chunk of [0, 1]) source.read(chunk * CHUNK, into, 0, 4096);
      files.fault = (operation) => (operation === 'read' ? 'EIO' : undefined);
      expect(() => source.read(5 * CHUNK, into, 0, 4096)).toThrow('input/output error');
      files.fault = () => undefined;
      for (const chunk of [2, 1, 5]) {
        source.read(chunk * CHUNK, into, 0, 4096);
        expect(into.equals(bytes.subarray(chunk * CHUNK, chunk * CHUNK + 4096))).toBe(true);
      }
    });
  });

  it('does not take what is left of a chunk for another after a read that failed', () => {
    const { file, files } = openBytes(pattern(CHUNK * 200));
    const source = new PageSource(file, CHUNK * 200);
    const into = Buffer.alloc(4096);
    source.read(0, into, 0, 4096);
    files.fault = (operation) => (operation === 'read' ? 'EIO' : undefined);
    expect(() => source.read(CHUNK * 128, into, 0, 4096)).toThrow('input/output error');
    files.fault = () => undefined;
    source.read(0, into, 0, 4096);
    expect(into.equals(pattern(4096))).toBe(true);
  });

  it.each([
    [0, 1001],
    [1000, 1],
    [999, 2],
    [CHUNK, 1],
  ])('throws for bytes beyond the size: %i + %i', (position, length) => {
    const { file } = openBytes(Buffer.alloc(CHUNK * 2));
    expect(() => new PageSource(file, 1000).read(position, Buffer.alloc(length), 0, length)).toThrow(
      `truncated database: a page ends at byte ${position + length}, beyond the end of the file`,
    );
  });

  it.each([100, CHUNK + 100])('throws if the file became shorter than %i bytes since', (size) => {
    const { file } = openBytes(Buffer.alloc(50));
    const source = new PageSource(file, size);
    expect(() => source.read(size - 100, Buffer.alloc(100), 0, 100)).toThrow('truncated database');
  });
});

describe('large files', () => {
  it('are read through a cache much smaller than they are', () => {
    const keys: Record<string, string> = {};
    for (let i = 0; i < 3000; i++)
      keys[i.toString(16).padStart(4, '0')] = (i % 256).toString(16).padStart(2, '0').repeat(3500);
    const tree: Tree = { '01': keys, '02': { '03': 'ff' } };
    const files = fileWith(tree);
    expect(files.bytes(PATH).length).toBeGreaterThan(10 * 1024 * 1024);
    const database = databaseOf(files);
    expect(problemsOf(database)).toEqual([]);
    expect(readTree(database.root)).toEqual(tree);
    // From the back, so that the cache does not help.
    const bucket = database.bucket(Buffer.of(1))!;
    for (let i = 2999; i >= 0; i -= 97) {
      const key = i.toString(16).padStart(4, '0');
      expect(bucket.get(Buffer.from(key, 'hex'))?.toString('hex')).toBe(keys[key]);
    }
  });

  it.each([2 ** 20 + 3, 2 ** 31, 2 ** 32 - 1])('may have pages as far on as %i', (id) => {
    const pageSize = 4096;
    const pages = new Map<number, Buffer>();
    const page = (at: number): Buffer => {
      const bytes = pages.get(at) ?? Buffer.alloc(pageSize);
      pages.set(at, bytes);
      return bytes;
    };
    // A branch on the far page with one element, which leads to the leaf right before it, with one bucket of one key.
    const inner = new Database(fileWith({ '6b': { '01': '02' } }).open(PATH, 'read'));
    inner.reader.readRaw(inner.meta.rootPage * pageSize, page(id - 1), pageSize);
    page(id - 1).writeBigUInt64LE(BigInt(id - 1));
    page(id).writeBigUInt64LE(BigInt(id));
    page(id).writeUInt16LE(1, 8);
    page(id).writeUInt16LE(1, 10);
    page(id).writeUInt32LE(16, 16);
    page(id).writeUInt32LE(1, 20);
    page(id).writeBigUInt64LE(BigInt(id - 1), 24);
    page(id).write('k', 32);
    const meta = { pageSize, rootPage: id, rootSequence: 0n, freelistPage: undefined, pageCount: id + 1, txid: 1n };
    page(1).set(encodeMeta(meta));
    page(0).set(encodeMeta({ ...meta, txid: 0n }));
    const file = sparseFile(pages, pageSize, (id + 2) * pageSize);
    const database = new Database(file);
    expect(database.size).toBe((id + 1) * pageSize);
    expect(readTree(database.root)).toEqual({ '6b': { '01': '02' } });
    page(1).set(encodeMeta({ ...meta, pageCount: 2 ** 32 + 1 }));
    const larger = sparseFile(pages, pageSize, 2 ** 60);
    expect(() => new Database(larger)).toThrow('invalid database: its meta page counts more than 4294967296 pages');
  });
});

describe('a huge page', () => {
  it('is not read: its sizes can only be wrong', () => {
    const pageSize = 4096;
    const pageCount = 100_000;
    const leaf = Buffer.alloc(pageSize);
    leaf.writeBigUInt64LE(3n);
    leaf.writeUInt16LE(2, 8);
    leaf.writeUInt16LE(1, 10);
    leaf.writeUInt32LE(80_000, 12);
    leaf.writeUInt32LE(16, 20);
    leaf.writeUInt32LE(1, 24);
    leaf.writeUInt32LE(300_000_000, 28);
    const meta = { pageSize, rootPage: 3, rootSequence: 0n, freelistPage: undefined, pageCount, txid: 1n };
    const pages = new Map([
      [1, Buffer.from(encodeMeta(meta))],
      [3, leaf],
    ]);
    const database = new Database(sparseFile(pages, pageSize, pageCount * pageSize));
    const message = 'page 3: holds 300000033 bytes, more than can be read';
    expect(() => database.root.cursor().first()).toThrow(message);
    expect(problemsOf(database)).toEqual([`${message} (stack: [3])`]);
  });
});

/** A file that is all zeros but for some pages. */
function sparseFile(pages: ReadonlyMap<number, Buffer>, pageSize: number, size: number): File {
  const { file } = openBytes(Buffer.alloc(0));
  return Object.assign(Object.create(file), {
    size: () => size,
    readAt: (into: Uint8Array, position: number) => {
      const count = Math.min(into.length, size - position);
      for (let done = 0; done < count; ) {
        const at = position + done;
        const inPage = at % pageSize;
        const piece = pages.get(Math.floor(at / pageSize))?.subarray(inPage, inPage + count - done);
        if (piece) into.set(piece, done);
        else into.fill(0, done, done + pageSize - inPage);
        done += pageSize - inPage;
      }
      return count;
    },
  });
}
