import { Crc32cStream, crc32c, type FileSystem, nodeFiles, utf8Encode } from '../base/index.ts';
import { type Bucket, type Database, openDatabase, Pace, type Page, runSteps } from '../bbolt/index.ts';
import { KeyRecord } from './key-records.ts';
import { findKept, type HashRange, type Kept } from './kept-records.ts';
import { revisionBounds } from './revision-bounds.ts';
import { revisionLimit } from './revision-key.ts';
import { KEY_BUCKET } from './schema.ts';
import type { KeyTable } from './key-table.ts';

/** The hash of a key space's history, by which members compare themselves. */
export interface KvHash {
  readonly hash: number;
  /** Up to which revision was hashed. */
  readonly hashRevision: bigint;
  /** The revision up to which history was compacted; -1 if none was. */
  readonly compactRevision: bigint;
}

export interface HashKvOptions {
  readonly signal?: AbortSignal | undefined;
  readonly files?: FileSystem;
}

/**
 * The hash that a member started on this file gives for a revision (etcd 3.4 to 3.7, mvcc/hash.go); 0 stands for the
 * latest. A running member may give another for just the revision at which it compacted last, for which it keeps the
 * hash that it took while compacting.
 * @throws SnapshotError `argument` if the revision was compacted or is to come, `invalid`; BboltError; FileError
 */
export async function hashKv(path: string, revision = 0n, options: HashKvOptions = {}): Promise<KvHash> {
  const { files = nodeFiles, signal } = options;
  const database = openDatabase(path, files);
  try {
    return await runSteps(hashKvSteps(database, revision), { signal });
  } finally {
    database.close();
  }
}

/** As `hashKv`, of an open database. Steps: some leaves each. */
export function* hashKvSteps(database: Database, revision: bigint, table?: KeyTable): Generator<void, KvHash> {
  const bucket = database.bucket(KEY_BUCKET);
  const { compacted: compactRevision, revision: hashRevision } = revisionBounds(database, revision);
  const range = { compacted: revisionLimit(compactRevision), last: revisionLimit(hashRevision) };
  const seed = crc32c(utf8Encode(KEY_BUCKET));
  if (!bucket) return { hash: seed, hashRevision, compactRevision };
  const kept = yield* findKept(bucket, range, table);
  const hash = yield* hashRecords(bucket, range, kept, seed);
  return { hash, hashRevision, compactRevision };
}

function* hashRecords(bucket: Bucket, range: HashRange, kept: Kept, seed: number): Generator<void, number> {
  const record = new KeyRecord();
  const hash = new Crc32cStream(seed);
  const pace = new Pace();
  let number = 0;
  for (const leaf of bucket.leaves()) {
    // Records lie behind each other, so that a leaf is mostly hashed in one go.
    const run = new Run(leaf);
    for (let i = 0; i < leaf.count; i++) {
      record.take(leaf, i);
      const { revision } = record;
      if (revision.isAfter(range.last)) {
        run.addTo(hash);
        return hash.value;
      }
      if (!revision.isAfter(range.compacted)) {
        // Releases up to 3.5.15 drop a tombstone at the compacted revision, later ones keep it: no hash has it.
        if (!kept.has(number++) || (revision.isTombstone && revision.isAt(range.compacted))) continue;
      }
      if (!run.extend(i)) {
        run.addTo(hash);
        run.begin(i);
      }
    }
    run.addTo(hash);
    if (pace.isStep(leaf)) yield;
  }
  return hash.value;
}

/** Neighbouring elements of a leaf. */
class Run {
  readonly #leaf: Page;
  #start = 0;
  #end = 0;

  constructor(leaf: Page) {
    this.#leaf = leaf;
  }

  /** Takes an element in, if it lies right behind the others. */
  extend(index: number): boolean {
    if (this.#leaf.keyStart(index) !== this.#end) return false;
    this.#end = this.#leaf.valueEnd(index);
    return true;
  }

  begin(index: number): void {
    this.#start = this.#leaf.keyStart(index);
    this.#end = this.#leaf.valueEnd(index);
  }

  addTo(hash: Crc32cStream): void {
    hash.update(this.#leaf.bytes, this.#start, this.#end);
  }
}
