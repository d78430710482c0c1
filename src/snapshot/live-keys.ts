import { type Bucket, type Cursor, type Database, Pace, runSteps } from '../bbolt/index.ts';
import { SnapshotError } from './errors.ts';
import { KeyRecord } from './key-records.ts';
import { type KeyRange, wholeRange } from './key-range.ts';
import { KeyValueReader } from './key-value.ts';
import { type KeyPlace, KeyWindow } from './key-window.ts';
import { revisionBounds } from './revision-bounds.ts';
import { type RevisionLimit, revisionLimit } from './revision-key.ts';
import { encodeRevision, KEY_BUCKET } from './schema.ts';

/** Memory for keys at a time: some 400,000 of them. */
const DEFAULT_BUDGET = 64 * 1024 * 1024;

export interface LiveKeysOptions {
  /** All keys if not given. */
  readonly range?: KeyRange;
  /** The state at that revision; the latest if it is 0 or not given. */
  readonly revision?: bigint;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of memory for keys, roughly. */
  readonly budget?: number;
}

/** A key as it is at a revision. */
export interface LiveKey {
  readonly key: Buffer;
  readonly modRevision: bigint;
  /** Bytes of the value. */
  readonly valueSize: number;
  /** Reads the rest of it, so long as the database is open. @throws SnapshotError `invalid`, BboltError */
  read(): StoredKeyValue;
  /** As `read`, but the value is a view, good until another key of the same listing is read or peeked at. */
  peek(): StoredKeyValue;
}

/** mvccpb.KeyValue, by the names that this project gives such things. */
export interface StoredKeyValue {
  readonly key: Buffer;
  readonly createRevision: bigint;
  readonly modRevision: bigint;
  readonly version: bigint;
  readonly lease: bigint;
  readonly value: Buffer;
}

/**
 * The keys of a range that are there at a revision, in order. History lies in the file by revision, so it is gone
 * through for as many keys as fit the budget, and once more for the next ones.
 * @throws SnapshotError `argument` if the revision was compacted or is to come, `invalid`; BboltError; FileError
 */
export async function* liveKeys(database: Database, options: LiveKeysOptions = {}): AsyncGenerator<LiveKey> {
  const { range = wholeRange(), revision = 0n, signal, budget = DEFAULT_BUDGET } = options;
  const { revision: at } = revisionBounds(database, revision);
  const bucket = database.bucket(KEY_BUCKET);
  if (!bucket) return;
  const cursor = bucket.cursor();
  for (let start: Uint8Array | undefined = range.start; start; ) {
    const window: KeyWindow = new KeyWindow({ start, end: range.end }, budget);
    await runSteps(fill(window, bucket, revisionLimit(at)), { signal });
    for (const [key, place] of window.entries()) {
      // A bumped revision is marked by a record of an empty key, which no client can have written.
      if (key.length > 0) yield liveKey(cursor, key, place);
    }
    start = window.end === range.end ? undefined : window.end;
  }
}

function* fill(window: KeyWindow, bucket: Bucket, last: RevisionLimit): Generator<void> {
  const record = new KeyRecord();
  const { revision, keyValue } = record;
  const pace = new Pace();
  for (const leaf of bucket.leaves()) {
    for (let i = 0; i < leaf.count; i++) {
      record.take(leaf, i);
      if (revision.isAfter(last)) return;
      record.decode();
      const key = leaf.bytes.subarray(keyValue.keyStart, keyValue.keyEnd);
      if (revision.isTombstone) window.delete(key);
      else window.put(key, revision, keyValue.valueEnd - keyValue.valueStart);
    }
    if (pace.isStep(leaf)) yield;
  }
}

function liveKey(cursor: Cursor, key: Buffer, place: KeyPlace): LiveKey {
  const { main, valueSize } = place;
  const peek = (): StoredKeyValue => peekAt(cursor, key, place);
  const read = (): StoredKeyValue => {
    const record = peek();
    return { ...record, value: Buffer.from(record.value) };
  };
  return { key, modRevision: main, valueSize, read, peek };
}

function peekAt(cursor: Cursor, key: Buffer, { main, sub }: KeyPlace): StoredKeyValue {
  if (!cursor.find(encodeRevision(main, sub))) {
    throw new SnapshotError('invalid', `the record of revision ${main}_${sub} is gone`);
  }
  const record = new KeyValueReader();
  const bytes = cursor.value;
  record.read(bytes, 0, bytes.length);
  const { createRevision, modRevision, version, lease, valueStart, valueEnd } = record;
  return { key, createRevision, modRevision, version, lease, value: bytes.subarray(valueStart, valueEnd) };
}
