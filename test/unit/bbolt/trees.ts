/** Databases for the tests: made of plain trees in memory, and read back into them. */
import { array, constantFrom, type Arbitrary, integer, oneof, record, tuple, uint8Array } from 'fast-check';
import { type Bucket, BulkWriter, type BulkWriterOptions, Checker, Database } from '../../../src/bbolt/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

/** Keys in hex, each with a value in hex or a bucket. */
export interface Tree {
  readonly [key: string]: string | Tree;
}

export const PATH = '/db';

/** Keys in byte order, which is the order of their hex. */
export function sortedEntries(tree: Tree): [Buffer, string | Tree][] {
  return Object.keys(tree)
    .sort()
    .map((key) => [Buffer.from(key, 'hex'), tree[key] ?? '']);
}

/** A database with the tree's buckets; at the top there must be no plain keys. */
export function fileWith(tree: Tree, options?: BulkWriterOptions): MemoryFiles {
  const files = new MemoryFiles();
  const file = files.open(PATH, 'create');
  const writer = new BulkWriter(file, options);
  writeTree(writer, tree);
  writer.finish();
  file.close();
  files.syncDirectory('/');
  return files;
}

function writeTree(writer: BulkWriter, tree: Tree): void {
  for (const [key, value] of sortedEntries(tree)) {
    if (typeof value === 'string') {
      writer.put(key, Buffer.from(value, 'hex'));
      continue;
    }
    writer.beginBucket(key, BigInt(key.length));
    writeTree(writer, value);
    writer.endBucket();
  }
}

export function databaseOf(files: MemoryFiles): Database {
  return new Database(files.open(PATH, 'read'));
}

export function readTree(bucket: Bucket): Tree {
  const tree: Record<string, string | Tree> = {};
  const cursor = bucket.cursor();
  for (let found = cursor.first(); found; found = cursor.next()) {
    const key = cursor.key.toString('hex');
    if (!cursor.isBucket) tree[key] = cursor.value.toString('hex');
    else tree[key] = readTree(bucket.bucket(cursor.key)!);
  }
  return tree;
}

/** What the checker finds, all at once. */
export function problemsOf(database: Database): readonly string[] {
  const steps = new Checker(database).run();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value.messages;
  }
}

/** Sizes around those at which pages split and overflow. */
const value: Arbitrary<string> = oneof(
  { weight: 6, arbitrary: uint8Array({ maxLength: 40 }) },
  { weight: 2, arbitrary: integer({ min: 200, max: 1100 }).map((size) => new Uint8Array(size).fill(size)) },
  { weight: 1, arbitrary: integer({ min: 2000, max: 9000 }).map((size) => new Uint8Array(size).fill(size)) },
).map((bytes) => Buffer.from(bytes).toString('hex'));

const key: Arbitrary<string> = uint8Array({ minLength: 1, maxLength: 6 }).map((bytes) =>
  Buffer.from(bytes).toString('hex'),
);

function treeOf(keys: readonly (readonly [string, string | Tree])[]): Tree {
  return Object.fromEntries(keys);
}

const leafTree: Arbitrary<Tree> = array(tuple(key, value), { maxLength: 60 }).map(treeOf);
const innerTree: Arbitrary<Tree> = array(tuple(key, oneof(value, leafTree)), { maxLength: 20 }).map(treeOf);

/** Buckets at the top, with keys and buckets in them. */
export const anyTree: Arbitrary<Tree> = array(tuple(key, oneof(leafTree, innerTree)), { maxLength: 8 }).map(treeOf);

export const anyKeys = leafTree;
export const anyKey = key;
export const anyValue = value;

export const anyOptions: Arbitrary<BulkWriterOptions> = record({
  pageSize: constantFrom(1024, 4096),
  fill: constantFrom(0.5, 0.9, 1),
  freelist: constantFrom('written', 'absent'),
});
