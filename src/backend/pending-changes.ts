import type { WriteBucket } from '../bbolt/index.ts';
import { BUCKETS, type BucketName } from './buckets.ts';

interface Change {
  readonly key: Uint8Array;
  /** Undefined for one that is deleted. */
  readonly value: Uint8Array | undefined;
}

/** What is changed and not yet written, by bucket and key: of several changes of a record the last one counts. */
export class PendingChanges {
  readonly #byBucket = new Map<BucketName, Map<string, Change>>();
  #count = 0;

  /** How many were told, the outdone ones included. */
  get count(): number {
    return this.#count;
  }

  /** @param value undefined to delete the record */
  add(bucket: BucketName, key: Uint8Array, value: Uint8Array | undefined): void {
    let changes = this.#byBucket.get(bucket);
    if (!changes) {
      changes = new Map<string, Change>();
      this.#byBucket.set(bucket, changes);
    }
    changes.set(Buffer.from(key).toString('latin1'), { key, value });
    this.#count += 1;
  }

  writeTo(root: WriteBucket): void {
    for (const name of BUCKETS) {
      const changes = this.#byBucket.get(name);
      if (changes) write(root.bucketOrCreate(name), changes.values());
    }
  }
}

function write(bucket: WriteBucket, changes: Iterable<Change>): void {
  for (const { key, value } of changes) {
    if (value === undefined) bucket.delete(key);
    else bucket.put(key, value);
  }
}
