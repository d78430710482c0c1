/** etcd's top-level buckets, in the order in which they lie in its database. */
export const BUCKETS = [
  'alarm',
  'auth',
  'authRoles',
  'authUsers',
  'cluster',
  'key',
  'lease',
  'members',
  'members_removed',
  'meta',
] as const;

export type BucketName = (typeof BUCKETS)[number];

/** One key of a bucket with its value; neither may be changed. */
export type Record = readonly [key: Uint8Array, value: Uint8Array];

/**
 * Takes down what a room changed in its state, so that storage can follow. What is written while one entry of the log
 * is applied becomes durable together or not at all.
 */
export interface Journal {
  put(bucket: BucketName, key: Uint8Array, value: Uint8Array): void;
  delete(bucket: BucketName, key: Uint8Array): void;
}

/** What a room starts from: the records of a bucket in ascending order of keys; none if the bucket is not there. */
export interface BucketReader {
  records(bucket: BucketName): Iterable<Record>;
}

/**
 * What a room holds at one moment, bucket by bucket, in ascending order of keys. What happens later does not show in
 * it, however long its reader takes.
 */
export type Capture = ReadonlyMap<BucketName, Iterable<Record>>;

export const NO_JOURNAL: Journal = { put: () => {}, delete: () => {} };

export const NO_RECORDS: BucketReader = { records: () => [] };
