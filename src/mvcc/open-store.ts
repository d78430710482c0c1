import type { BucketReader } from '../backend/index.ts';
import { type CompactionRecords, readCompactionRecords } from './compaction/compaction-records.ts';
import { decodeRevisionKey } from './history/revision-key.ts';
import { KeySpace, LATEST } from './key-space.ts';
import type { LeaseBook } from './types.ts';

/** What a store finds in its buckets. */
export interface StoredState {
  readonly space: KeySpace;
  readonly revision: bigint;
  readonly compactions: CompactionRecords;
}

const FIRST_REVISION = 1n;
const FIRST_KEY = new Uint8Array(0);
const TO_THE_LAST_KEY = Uint8Array.of(0);

/** @throws Error that names the record which can not be one of etcd's */
export function readStore(buckets: BucketReader, leases: LeaseBook): StoredState {
  const space = new KeySpace();
  let revision = FIRST_REVISION;
  let before = { main: -1n, sub: -1 };
  for (const [key, message] of buckets.records('key')) {
    const place = decodeRevisionKey(key);
    const { main, sub } = place;
    if (main < before.main || (main === before.main && sub <= before.sub))
      throw new Error(`bucket key: revision ${main}.${sub} after ${before.main}.${before.sub}`);
    load(space, place, message);
    before = { main, sub };
    if (main > revision) revision = main;
  }
  const compactions = readCompactionRecords(buckets);
  attachLeases(space, leases);
  // The latest changes may all have been deletes that a compaction removed, and it may have ended before saying so.
  for (const compacted of [compactions.finished ?? 0n, compactions.scheduled ?? 0n])
    if (compacted > revision) revision = compacted;
  return { space, revision, compactions };
}

function load(space: KeySpace, place: ReturnType<typeof decodeRevisionKey>, message: Uint8Array): void {
  try {
    space.load(place.main, place.sub, place.isTombstone, message);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error(`bucket key: revision ${place.main}.${place.sub} is no key-value pair: ${error.message}`, {
      cause: error,
    });
  }
}

function attachLeases(space: KeySpace, leases: LeaseBook): void {
  space.visit(FIRST_KEY, TO_THE_LAST_KEY, LATEST, (segment, slot) => {
    space.readRecord(segment, slot);
    const { lease, key } = space.reader;
    if (lease !== 0n && leases.exists(lease)) leases.attach(lease, key);
    return true;
  });
}
