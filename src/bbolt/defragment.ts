import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { type File, type FileSystem, nodeFiles } from '../base/index.ts';
import { Bucket, decodeBucketHeader } from './bucket.ts';
import { BulkWriter, type BulkWriterOptions } from './bulk-writer.ts';
import { type Database, openDatabase } from './database.ts';
import { corruptPage } from './errors.ts';
import { MAX_DEPTH } from './format.ts';
import { PageSet } from './page-set.ts';
import { runSteps, type StepOptions } from './steps.ts';

/**
 * Copies every bucket and key into an empty file, without the free pages, and makes it durable. Steps: a leaf each.
 * @throws BboltError `corrupt`, also if a page is reached twice; FileError
 */
export function* copyCompacted(source: Database, target: File, options?: BulkWriterOptions): Generator<void> {
  const writer = new BulkWriter(target, { pageSize: source.meta.pageSize, ...options });
  const copy = { source, writer, seen: new PageSet(source.meta.pageCount) };
  for (const { name, bucket } of source.root.buckets()) yield* copyBucket(copy, name, bucket, 1);
  writer.finish();
}

interface Copy {
  readonly source: Database;
  readonly writer: BulkWriter;
  /** Leaf pages copied: buckets that lead into each other would be copied for ever. */
  readonly seen: PageSet;
}

function* copyBucket(copy: Copy, name: Uint8Array, bucket: Bucket, depth: number): Generator<void> {
  const { source, writer, seen } = copy;
  writer.beginBucket(name, bucket.header.sequence);
  for (const leaf of bucket.leaves()) {
    if (leaf.id > 0 && !seen.add(leaf.id)) throw corruptPage(leaf.id, 'multiple references');
    if (depth > MAX_DEPTH) throw corruptPage(leaf.id, `more than ${MAX_DEPTH} buckets within each other`);
    for (let i = 0; i < leaf.count; i++) {
      if (!leaf.isBucket(i)) writer.put(leaf.key(i), leaf.value(i));
      else {
        const within = new Bucket(source.reader, decodeBucketHeader(leaf.value(i)));
        yield* copyBucket(copy, leaf.key(i), within, depth + 1);
      }
    }
    yield;
  }
  writer.endBucket();
}

/** Bytes of the file before and after. */
export interface Defragmented {
  readonly before: number;
  readonly after: number;
}

/**
 * Rewrites a database file without its free pages: into a temporary file beside it, named as etcd names (and at its
 * next start removes) such files, then renamed over it. A failure leaves the file as it was and removes the other.
 * @throws BboltError, FileError, the signal's reason
 */
export async function defragmentFile(
  path: string,
  options: StepOptions = {},
  files: FileSystem = nodeFiles,
): Promise<Defragmented> {
  const source = openDatabase(path, files);
  const temporary = join(dirname(path), `db.tmp.${randomBytes(5).toString('hex')}`);
  try {
    const after = await writeCompacted(source, temporary, options, files);
    files.rename(temporary, path);
    files.syncDirectory(dirname(path));
    return { before: source.size, after };
  } catch (error) {
    if (files.stat(temporary)) files.remove(temporary);
    throw error;
  } finally {
    source.close();
  }
}

/** Returns the new file's size. */
async function writeCompacted(
  source: Database,
  path: string,
  options: StepOptions,
  files: FileSystem,
): Promise<number> {
  const target = files.open(path, 'create');
  try {
    await runSteps(copyCompacted(source, target), options);
    return target.size();
  } finally {
    target.close();
  }
}
