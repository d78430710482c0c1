/** The buckets of etcd's database that this room changes, and how it keeps numbers in them. */
export const KEY_BUCKET = 'key';
export const META_BUCKET = 'meta';
export const MEMBERS_BUCKET = 'members';
export const MEMBERS_REMOVED_BUCKET = 'members_removed';
export const CLUSTER_BUCKET = 'cluster';

export const META = {
  consistentIndex: 'consistent_index',
  term: 'term',
  storageVersion: 'storageVersion',
  scheduledCompaction: 'scheduledCompactRev',
} as const;

/** Undefined if the bytes are too few. */
export function decodeUint64(bytes: Uint8Array): bigint | undefined {
  return bytes.length < 8 ? undefined : Buffer.from(bytes).readBigUInt64BE(0);
}

/** A revision as a key: main, `_`, sub. A tombstone's has a `t` behind it. */
const REVISION_BYTES = 17;

export function encodeRevision(main: bigint, sub = 0n): Uint8Array {
  const bytes = Buffer.alloc(REVISION_BYTES);
  bytes.writeBigInt64BE(main, 0);
  bytes.write('_', 8);
  bytes.writeBigInt64BE(sub, 9);
  return bytes;
}

/** The main part of a revision; undefined if the key is none. */
export function mainRevision(key: Uint8Array): bigint | undefined {
  return key.length < REVISION_BYTES ? undefined : Buffer.from(key).readBigInt64BE(0);
}
