import { Crc32cStream, type FileSystem, nodeFiles } from '../base/index.ts';
import {
  type BucketVisitor,
  Checker,
  type Database,
  openDatabase,
  type Page,
  runSteps,
  type StepOptions,
} from '../bbolt/index.ts';
import { readCompactions } from './compactions.ts';
import { SnapshotError } from './errors.ts';
import { integrityError } from './integrity.ts';
import { KeyRecord, lastRevision } from './key-records.ts';
import { countLiveKeys, LiveKeyCount } from './live-keys-count.ts';
import { KEY_BUCKET, META, META_BUCKET } from './schema.ts';
import { formatVersion, parseVersion } from './version.ts';
import { quoteStart } from './quote-start.ts';

/** What `snapshot status` tells of a file. */
export interface SnapshotStatus {
  /** CRC-32C of every bucket's name, then of each of its keys and values, in order. */
  readonly hash: number;
  /** Main revision of the last change. */
  readonly revision: bigint;
  /** Keys there at that revision: the total of etcdutl since 3.6. */
  readonly liveKeys: number;
  /** Entries of all buckets, history and all: the total of etcdctl and etcdutl until 3.5. */
  readonly entries: number;
  /** Bytes of the database, without a digest behind it. */
  readonly totalSize: number;
  /** Storage version such as `3.6.0`; empty in databases of older members. */
  readonly version: string;
}

export interface StatusOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how many bytes of the file's `totalBytes` have been gone through. */
  readonly onProgress?: ((progress: { doneBytes: number; totalBytes: number }) => void) | undefined;
  readonly files?: FileSystem;
}

/**
 * Checks a snapshot or database file page by page and sums it up, in one pass.
 * @throws SnapshotError `invalid` with etcdutl's words, if any page is broken or a record is none; BboltError; FileError
 */
export async function snapshotStatus(path: string, options: StatusOptions = {}): Promise<SnapshotStatus> {
  const { files = nodeFiles, signal, onProgress } = options;
  const database = openDatabase(path, files);
  try {
    const summary = new Summary(database);
    const onTurn = onProgress && (() => onProgress({ doneBytes: summary.doneBytes, totalBytes: database.size }));
    const steps: StepOptions = { signal, onTurn };
    return await runSteps(summary.run(), steps);
  } finally {
    database.close();
  }
}

/** The pass over the file. */
class Summary {
  readonly #database: Database;
  readonly #checker: Checker;
  readonly #record = new KeyRecord();
  readonly #live: LiveKeyCount;
  readonly #hash = new Crc32cStream();
  #entries = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#checker = new Checker(database);
    this.#live = new LiveKeyCount(readCompactions(database));
  }

  get doneBytes(): number {
    return this.#checker.pagesSeen * this.#database.meta.pageSize;
  }

  *run(): Generator<void, SnapshotStatus> {
    const problems = yield* this.#checker.run(this.#visitRoot());
    if (problems.count > 0) throw integrityError(problems);
    const bucket = this.#database.bucket(KEY_BUCKET);
    const liveKeys = this.#live.count ?? (bucket ? yield* countLiveKeys(bucket) : 0);
    return {
      hash: this.#hash.value,
      revision: lastRevision(bucket),
      liveKeys,
      entries: this.#entries,
      totalSize: this.#database.size,
      version: storedVersion(this.#database),
    };
  }

  #visitRoot(): BucketVisitor {
    return {
      leaf: (page) => refuseKeys(page),
      bucket: (name) => {
        this.#hash.update(name);
        return {
          leaf: name.equals(Buffer.from(KEY_BUCKET)) ? (page) => this.#addKeys(page) : (page) => this.#add(page),
        };
      },
    };
  }

  #addKeys(page: Page): void {
    this.#add(page);
    const record = this.#record;
    for (let i = 0; i < page.count; i++) {
      record.take(page, i);
      record.decode();
      this.#live.add(record);
    }
  }

  /** Hashes a leaf's keys and values. They lie behind each other, so mostly in one go. */
  #add(page: Page): void {
    this.#entries += page.count;
    let start = 0;
    let end = 0;
    for (let i = 0; i < page.count; i++) {
      if (page.keyStart(i) !== end) {
        this.#hash.update(page.bytes, start, end);
        start = page.keyStart(i);
      }
      // Of a bucket within, the name alone counts.
      end = page.isBucket(i) ? page.keyEnd(i) : page.valueEnd(i);
    }
    this.#hash.update(page.bytes, start, end);
  }
}

/** At the top of a database there are buckets alone. */
function refuseKeys(page: Page): void {
  for (let i = 0; i < page.count; i++) {
    if (!page.isBucket(i)) throw new SnapshotError('invalid', `nil bucket: ${quoteStart(page.key(i))}`);
  }
}

/** What can not be read as a version counts as none, as in etcd. */
function storedVersion(database: Database): string {
  const bytes = database.bucket(META_BUCKET)?.get(META.storageVersion);
  if (!bytes) return '';
  try {
    return formatVersion(parseVersion(bytes.toString()));
  } catch {
    return '';
  }
}
