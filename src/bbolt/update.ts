import { type File, type FileSystem, nodeFiles, writeFully } from '../base/index.ts';
import { Database } from './database.ts';
import { encodeFreelist, readFreelist } from './freelist.ts';
import { encodeMeta } from './meta.ts';
import { PageAllocator } from './page-allocator.ts';
import { DEFAULT_FILL, SplitRule } from './split.ts';
import { WriteBucket } from './write-bucket.ts';

/**
 * Changes a handful of keys and buckets of a database file, all or nothing: whatever `change` throws, and at whatever
 * point the machine stops, the file holds either the old state or the new. Copy-on-write in bbolt's order (tx.go,
 * Commit): the changed nodes and their ancestors go to new pages beyond the high-water mark, fdatasync, then the meta
 * page that was not in use, fdatasync. Pages given up are listed as free if the file keeps such a list; where it does
 * not, whoever opens it finds them. They are not used again here, so this is not for large changes.
 *
 * Nothing is locked: the caller must know that no member is running on the file.
 * @throws BboltError, FileError, and what `change` throws
 */
export function updateFile<T>(path: string, change: (root: WriteBucket) => T, files: FileSystem = nodeFiles): T {
  const file = files.open(path, 'update');
  try {
    return update(file, change);
  } finally {
    file.close();
  }
}

/** As `updateFile`, on a file that is open for update and stays open. */
export function update<T>(file: File, change: (root: WriteBucket) => T): T {
  const database = new Database(file);
  const { meta, reader, root } = database;
  const pages = new PageAllocator(file, meta.pageSize, meta.pageCount);
  const context = { reader, pages, rule: new SplitRule(meta.pageSize, DEFAULT_FILL) };
  const bucket = new WriteBucket(context, root.header);
  const result = change(bucket);
  if (!bucket.changed) return result;

  const rootPage = bucket.writeRoot();
  const freelistPage = meta.freelistPage === undefined ? undefined : writeFreelist(database, pages, meta.freelistPage);
  const size = pages.nextId * meta.pageSize;
  if (file.size() < size) {
    file.truncate(size);
    file.fsync();
  }
  pages.flush();
  file.fdatasync();
  const txid = meta.txid + 1n;
  const page = encodeMeta({ ...meta, rootPage, freelistPage, pageCount: pages.nextId, txid });
  writeFully(file, page, Number(txid % 2n) * meta.pageSize);
  file.fdatasync();
  return result;
}

/** The old list, the pages it lay on, and those that the change gave up. */
function writeFreelist(database: Database, pages: PageAllocator, old: number): number {
  const { page, overflow, ids } = readFreelist(database.reader, old);
  const free = [...ids];
  pages.free({ page, overflow });
  for (const id of pages.freed) free.push(id);
  free.sort((a, b) => a - b);
  const size = encodeFreelist(0, free, pages.pageSize).length;
  return pages.take(size, (run, id) => run.set(encodeFreelist(id, free, pages.pageSize)));
}
