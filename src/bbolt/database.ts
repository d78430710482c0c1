import { type File, type FileSystem, nodeFiles, readFully } from '../base/index.ts';
import { Bucket } from './bucket.ts';
import { BboltError } from './errors.ts';
import { MAX_PAGE_COUNT, MAX_PAGE_SIZE, MIN_PAGE_SIZE } from './format.ts';
import { decodeMeta, META_PAGE_BYTES, type Meta } from './meta.ts';
import { PageReader } from './page-reader.ts';
import { PageSource } from './page-source.ts';

/** One state of a database file, read-only. */
export class Database {
  readonly file: File;
  readonly meta: Meta;
  readonly reader: PageReader;
  /** The bucket of buckets. */
  readonly root: Bucket;

  /** @throws BboltError, FileError; the file stays open */
  constructor(file: File) {
    this.file = file;
    const fileSize = file.size();
    this.meta = readMeta(file, fileSize);
    checkExtent(this.meta, fileSize);
    const { pageSize, pageCount, rootPage, rootSequence } = this.meta;
    this.reader = new PageReader(new PageSource(file, this.size), pageSize, pageCount);
    this.root = new Bucket(this.reader, { root: { page: rootPage, inline: undefined }, sequence: rootSequence });
  }

  /** Bytes of all pages: bbolt's size of a transaction. A file may be longer: room to grow, a snapshot's digest. */
  get size(): number {
    return this.meta.pageCount * this.meta.pageSize;
  }

  bucket(name: Uint8Array | string): Bucket | undefined {
    return this.root.bucket(name);
  }

  close(): void {
    this.file.close();
  }
}

/**
 * Opens a database file for reading. Nothing is locked: of a file that a member is writing to, this is the state at
 * its last commit, good only until the member has committed twice more.
 * @throws BboltError `invalid`, `version-mismatch`, `checksum`, `truncated`; FileError
 */
export function openDatabase(path: string, files: FileSystem = nodeFiles): Database {
  const file = files.open(path, 'read');
  try {
    return new Database(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * The newer of the two meta pages that are whole. Where the second one lies depends on the page size, which the first
 * tells; if the first is damaged every page size is tried in turn.
 */
function readMeta(file: File, fileSize: number): Meta {
  if (fileSize === 0) throw new BboltError('invalid', 'invalid database: the file is empty');
  const first = attemptMeta(file, 0);
  const second = first.meta ? attemptMeta(file, first.meta.pageSize) : findSecondMeta(file);
  if (first.meta && second?.meta) return first.meta.txid >= second.meta.txid ? first.meta : second.meta;
  const meta = first.meta ?? second?.meta;
  if (!meta) throw first.error;
  return meta;
}

type MetaAttempt = { readonly meta: Meta; readonly error?: never } | { readonly meta?: never; readonly error: unknown };

function attemptMeta(file: File, position: number): MetaAttempt {
  const page = new Uint8Array(META_PAGE_BYTES);
  const got = readFully(file, page, position);
  try {
    return { meta: decodeMeta(page.subarray(0, got)) };
  } catch (error) {
    return { error };
  }
}

function findSecondMeta(file: File): MetaAttempt | undefined {
  for (let pageSize = MIN_PAGE_SIZE; pageSize <= MAX_PAGE_SIZE; pageSize *= 2) {
    const attempt = attemptMeta(file, pageSize);
    if (attempt.meta?.pageSize === pageSize) return attempt;
  }
  return undefined;
}

function checkExtent(meta: Meta, fileSize: number): void {
  const { pageSize, pageCount, rootPage, freelistPage } = meta;
  const size = pageCount * pageSize;
  if (fileSize < size) {
    throw new BboltError(
      'truncated',
      `truncated database: it has ${pageCount} pages of ${pageSize} bytes, but the file ends after ${fileSize} bytes`,
    );
  }
  if (pageCount > MAX_PAGE_COUNT) {
    throw new BboltError('corrupt', `invalid database: its meta page counts more than ${MAX_PAGE_COUNT} pages`);
  }
  for (const page of [rootPage, freelistPage ?? rootPage]) {
    if (page >= 2 && page < pageCount) continue;
    throw new BboltError('corrupt', `invalid database: its meta page points at page ${page} of ${pageCount}`);
  }
}
