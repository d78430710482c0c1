import type { BucketReader, Record } from '../../backend/index.ts';
import { utf8Decode, utf8Encode } from '../../base/index.ts';
import { decodeRevisionKey, encodeRevisionKey } from '../history/revision-key.ts';

/** Keys in bucket `meta`: up to where history is being compacted, and has been. */
export const SCHEDULED = 'scheduledCompactRev';
export const FINISHED = 'finishedCompactRev';

export interface CompactionRecords {
  readonly scheduled: bigint | undefined;
  readonly finished: bigint | undefined;
}

export function metaRecord(name: typeof SCHEDULED | typeof FINISHED, revision: bigint): Record {
  return [utf8Encode(name), encodeRevisionKey(revision, 0, false)];
}

/** @throws Error if one is no revision */
export function readCompactionRecords(buckets: BucketReader): CompactionRecords {
  const found = new Map<string, bigint>();
  for (const [key, value] of buckets.records('meta')) {
    const name = utf8Decode(key);
    if (name === SCHEDULED || name === FINISHED) found.set(name, decodeRevisionKey(value).main);
  }
  return { scheduled: found.get(SCHEDULED), finished: found.get(FINISHED) };
}
