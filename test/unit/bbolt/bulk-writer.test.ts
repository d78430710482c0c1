import { assert, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bucket, BulkWriter, type BulkWriterOptions, type Database } from '../../../src/bbolt/index.ts';
import { Page } from '../../../src/bbolt/page.ts';
import { errorOf } from './damage.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { anyOptions, anyTree, databaseOf, fileWith, PATH, problemsOf, readTree, type Tree } from './trees.ts';

const hex = (text: string): string => Buffer.from(text).toString('hex');

/** `count` keys k00000, k00001, ... with values of `size` bytes. */
function manyKeys(count: number, size: number): Tree {
  const tree: Record<string, string> = {};
  for (let i = 0; i < count; i++) tree[hex(`k${String(i).padStart(5, '0')}`)] = 'ab'.repeat(size);
  return tree;
}

describe('a file written in one pass', () => {
  it('has these bytes: one bucket with one key', () => {
    const bytes = Buffer.from(fileWith({ [hex('b')]: { [hex('key')]: hex('value') } }, { pageSize: 1024 }).bytes(PATH));
    expect(bytes).toHaveLength(4 * 1024);
    // Page 2, by hand: the leaf of bucket names. Its one element, at 16, has the bucket flag, its key "b" 16 bytes on,
    // and a value of 56 bytes: root page 0 and sequence 1, then an inline leaf of one element with key and value.
    const inline =
      `${'00'.repeat(8)}0200010000000000` + // header of page 0: leaf, one element
      '00000000100000000300000005000000' + // no flags, key 16 bytes on, key of 3, value of 5
      hex('keyvalue');
    const page2 =
      '02000000000000000200010000000000' +
      '01000000100000000100000038000000' +
      `${hex('b')}0000000000000000` +
      `0100000000000000${inline}`;
    expect(bytes.subarray(2048, 2048 + page2.length / 2).toString('hex')).toBe(page2);
    // Page 3: a freelist with nothing on it.
    expect(bytes.subarray(3072).toString('hex')).toBe(`03${'00'.repeat(7)}10${'00'.repeat(7)}${'00'.repeat(1008)}`);
    expect(bytes.readBigUInt64LE(16 + 48)).toBe(0n);
    expect(bytes.readBigUInt64LE(1024 + 16 + 48)).toBe(1n);
  });

  it('holds any tree, and passes the check', () => {
    assert(
      property(anyTree, anyOptions, (tree, options) => {
        const database = databaseOf(fileWith(tree, options));
        expect(problemsOf(database)).toEqual([]);
        expect(readTree(database.root)).toEqual(tree);
        expect(database.size).toBe(database.file.size());
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the sequence of buckets', () => {
    const database = databaseOf(fileWith({ aabb: { cc: {} } }));
    expect(database.bucket(Buffer.from('aabb', 'hex'))?.header.sequence).toBe(2n);
  });

  it.each<[string, Tree, BulkWriterOptions, { levels: number; pages: number }]>([
    ['nothing', {}, {}, { levels: 1, pages: 4 }],
    // 40 bytes for an element; a page of 4096 takes (0.9 * 4096 - 16) / 40 = 91 of them.
    ['one leaf', { '01': manyKeys(91, 18) }, {}, { levels: 1, pages: 5 }],
    ['still one leaf', { '01': manyKeys(101, 18) }, {}, { levels: 1, pages: 5 }],
    ['two leaves', { '01': manyKeys(102, 18) }, {}, { levels: 2, pages: 7 }],
    ['full leaves', { '01': manyKeys(203, 18) }, { fill: 1 }, { levels: 2, pages: 7 }],
    ['three levels', { '01': manyKeys(3000, 18) }, { pageSize: 1024 }, { levels: 3, pages: 146 }],
  ])('makes as many pages as bbolt: %s', (_, tree, options, expected) => {
    const database = databaseOf(fileWith(tree, options));
    const levels = Math.max(1, ...[...database.root.buckets()].map(({ bucket }) => levelsOf(database, bucket)));
    expect({ levels, pages: database.meta.pageCount }).toEqual(expected);
  });

  it('lets values overflow, up to several pages and four to a page', () => {
    const tree = { '01': { '01': 'aa'.repeat(20_000), '02': 'bb'.repeat(5000), '03': 'cc', '04': 'dd'.repeat(9000) } };
    const database = databaseOf(fileWith(tree));
    expect(problemsOf(database)).toEqual([]);
    expect(readTree(database.root)).toEqual(tree);
    // Names, one leaf of 34,0xx bytes in 9 pages, freelist, two metas.
    expect(database.meta.pageCount).toBe(2 + 9 + 1 + 1);
  });

  it('is no database until it is finished', () => {
    const files = new MemoryFiles();
    const writer = new BulkWriter(files.open(PATH, 'create'));
    writer.beginBucket('b');
    for (let i = 0; i < 2000; i++) writer.put(`key${String(i).padStart(6, '0')}`, new Uint8Array(1000));
    writer.endBucket();
    expect(files.bytes(PATH).length).toBeGreaterThan(1024 * 1024);
    expect(() => databaseOf(files)).toThrow('invalid database');
    writer.finish();
    expect(problemsOf(databaseOf(files))).toEqual([]);
  });

  it('makes data durable before the meta pages point to it', () => {
    const files = fileWith({ '01': manyKeys(300, 18) });
    const calls = files.calls.filter((call) => /write|sync/.test(call));
    expect(calls).toEqual(['write /db', 'sync /db', 'write /db', 'write /db', 'sync /db', 'sync /']);
  });

  it.each<[string, (writer: BulkWriter) => void, string, string]>([
    ['keys out of order', (w) => twoKeys(w, 'b', 'a'), 'order', 'key 61 is not after the one before it'],
    ['a key twice', (w) => twoKeys(w, 'a', 'a'), 'order', 'key 61 is not after the one before it'],
    ['buckets out of order', (w) => twoBuckets(w, 'b', 'a'), 'order', 'key 61 is not after the one before it'],
    ['a bucket twice', (w) => twoBuckets(w, 'b', 'b'), 'order', 'key 62 is not after the one before it'],
    ['a key at the top', (w) => w.put('a', new Uint8Array(0)), 'argument', 'no bucket is open'],
    ['a bucket too many ended', (w) => w.endBucket(), 'argument', 'no bucket is open'],
    ['a nameless bucket', (w) => w.beginBucket(''), 'argument', 'bucket name required'],
    ['a long bucket name', (w) => w.beginBucket('x'.repeat(32769)), 'argument', 'key too large'],
    ['an empty key', (w) => twoKeys(w, '', 'a'), 'argument', 'key required'],
    ['a long key', (w) => twoKeys(w, 'x'.repeat(32769), 'y'), 'argument', 'key too large'],
    ['an open bucket', (w) => (w.beginBucket('a'), w.finish()), 'argument', 'a bucket was not ended'],
  ])('refuses %s', (_, write, fault, message) => {
    const writer = new BulkWriter(new MemoryFiles().open(PATH, 'create'));
    expect(errorOf(() => write(writer))).toMatchObject({ name: 'BboltError', fault, message });
  });

  it('takes the longest key there may be', () => {
    const tree = { '01': { ['fe'.repeat(32768)]: 'aa', ['ff'.repeat(32768)]: 'bb' } };
    expect(readTree(databaseOf(fileWith(tree)).root)).toEqual(tree);
  });
});

function levelsOf(database: Database, bucket: Bucket): number {
  const page = new Page();
  let levels = 1;
  for (let id = bucket.header.root.page; id !== 0; id = page.child(0), levels++) {
    database.reader.load(id, page);
    if (page.isLeaf) break;
  }
  return levels;
}

function twoKeys(writer: BulkWriter, a: string, b: string): void {
  writer.beginBucket('bucket');
  writer.put(a, new Uint8Array(1));
  writer.put(b, new Uint8Array(1));
}

function twoBuckets(writer: BulkWriter, a: string, b: string): void {
  for (const name of [a, b]) {
    writer.beginBucket(name);
    writer.endBucket();
  }
}
