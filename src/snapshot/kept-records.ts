import { type Bucket, Pace } from '../bbolt/index.ts';
import { KeyRecord } from './key-records.ts';
import { KeyTable } from './key-table.ts';
import { NumberSet } from './number-set.ts';
import type { RevisionLimit } from './revision-key.ts';

/** What a hash is taken of: all records after `compacted` up to `last`, and of those before what is kept. */
export interface HashRange {
  readonly compacted: RevisionLimit;
  readonly last: RevisionLimit;
}

/** Which of the records up to the compacted revision, by their number in order, are hashed. */
export interface Kept {
  has(number: number): boolean;
}

/** A key's newest record is a tombstone, or after the compacted revision, or the one with a number. */
const GONE = 0;
const CHANGED = 1;
const FIRST_NUMBER = 2;

/**
 * Finds the records that a compaction at `last` would keep: of each key the newest one up to there, unless that is a
 * tombstone. If it would keep none at all, etcd passes over none. Steps: some leaves each.
 */
export function* findKept(bucket: Bucket, range: HashRange, table = new KeyTable()): Generator<void, Kept> {
  if (!hasCompacted(bucket, range)) return new NumberSet();
  const kept = new NumberSet();
  let keepsAny = false;
  for (const _pass of table.passes()) {
    yield* findNewest(bucket, range, table);
    for (const newest of table.values()) {
      if (newest !== GONE) keepsAny = true;
      if (newest >= FIRST_NUMBER) kept.add(newest - FIRST_NUMBER);
    }
  }
  return keepsAny ? kept : { has: () => true };
}

function hasCompacted(bucket: Bucket, { compacted }: HashRange): boolean {
  const cursor = bucket.cursor();
  if (!cursor.first()) return false;
  const record = new KeyRecord();
  record.revision.read(cursor.key, 0, cursor.key.length);
  return !record.revision.isAfter(compacted);
}

function* findNewest(bucket: Bucket, { compacted, last }: HashRange, table: KeyTable): Generator<void> {
  const record = new KeyRecord();
  const { revision, keyValue } = record;
  const pace = new Pace();
  let number = 0;
  for (const leaf of bucket.leaves()) {
    for (let i = 0; i < leaf.count; i++) {
      record.take(leaf, i);
      if (revision.isAfter(last)) return;
      record.decode();
      const mark = revision.isAfter(compacted) ? CHANGED : FIRST_NUMBER + number++;
      table.set(leaf.bytes, keyValue.keyStart, keyValue.keyEnd, revision.isTombstone ? GONE : mark);
    }
    if (pace.isStep(leaf)) yield;
  }
}
