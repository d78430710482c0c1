import { BUCKETS, type Capture } from '../backend/index.ts';
import { crc32c, utf8Decode, utf8Encode } from '../base/index.ts';

/** Records that differ between members that agree on everything. */
const OWN_RECORDS: ReadonlySet<string> = new Set(['term', 'consistent_index', 'storageVersion']);

/** The hash of a whole database by etcd's rule: CRC-32C of every bucket's name, and of its keys and values. */
export function hashCaptures(captures: readonly Capture[]): number {
  let crc = 0;
  for (const bucket of BUCKETS) {
    crc = crc32c(utf8Encode(bucket), crc);
    for (const capture of captures) {
      for (const [key, value] of capture.get(bucket) ?? []) {
        if (bucket === 'meta' && OWN_RECORDS.has(utf8Decode(key))) continue;
        crc = crc32c(value, crc32c(key, crc));
      }
    }
  }
  return crc;
}
