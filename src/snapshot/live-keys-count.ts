import { type Bucket, Pace } from '../bbolt/index.ts';
import { type Compactions, isSettled } from './compactions.ts';
import { KeyRecord } from './key-records.ts';
import { KeyTable } from './key-table.ts';
import { type RevisionLimit, revisionLimit } from './revision-key.ts';

/**
 * Counts the keys that are there at the latest revision, in one pass and no memory, from what etcd writes with each
 * change: a key's first version begins its life and a tombstone ends it. Of what was compacted there is the newest
 * record of each key alone, and its key is there unless it is a tombstone. That holds only for a history as etcd makes
 * it, so `count` is undefined where a compaction was broken off or a record does not fit, and the keys must be counted
 * one by one.
 */
export class LiveKeyCount {
  readonly #compacted: RevisionLimit | undefined;
  #count = 0;
  #isSound: boolean;

  constructor(compactions: Compactions) {
    this.#isSound = isSettled(compactions);
    this.#compacted = revisionLimit(compactions.finished ?? -1n);
  }

  /** Takes the next record, decoded. */
  add({ revision, keyValue }: KeyRecord): void {
    const isCompacted = this.#compacted !== undefined && !revision.isAfter(this.#compacted);
    if (revision.isTombstone) {
      if (!isCompacted) this.#count--;
      return;
    }
    if (isCompacted) {
      this.#count++;
      return;
    }
    const begins = keyValue.isFirstVersion;
    if (begins) this.#count++;
    if (!keyValue.hasVersion || begins !== keyValue.isCreatedAt(revision.mainHigh, revision.mainLow)) {
      this.#isSound = false;
    }
  }

  get count(): number | undefined {
    return this.#isSound && this.#count >= 0 ? this.#count : undefined;
  }
}

/** Counts the same keys by looking each one up. Steps: some leaves each. */
export function* countLiveKeys(bucket: Bucket, table = new KeyTable()): Generator<void, number> {
  const record = new KeyRecord();
  const pace = new Pace();
  let count = 0;
  for (const _pass of table.passes()) {
    for (const leaf of bucket.leaves()) {
      for (let i = 0; i < leaf.count; i++) {
        if (leaf.isBucket(i)) continue;
        record.take(leaf, i);
        record.decode();
        const { keyStart, keyEnd } = record.keyValue;
        table.set(leaf.bytes, keyStart, keyEnd, record.revision.isTombstone ? 0 : 1);
      }
      if (pace.isStep(leaf)) yield;
    }
    for (const isLive of table.values()) count += isLive;
  }
  return count;
}
