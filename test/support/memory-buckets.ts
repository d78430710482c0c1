import type { BucketName, BucketReader, Capture, Journal, Record } from '../../src/backend/index.ts';

/** A database in memory: what is told to it as a journal can be read from it again. */
export class MemoryBuckets implements Journal, BucketReader {
  readonly #buckets = new Map<BucketName, Map<string, Record>>();
  /** How often anything was written. */
  writes = 0;

  static of(capture: Capture): MemoryBuckets {
    const buckets = new MemoryBuckets();
    for (const [bucket, records] of capture) for (const [key, value] of records) buckets.put(bucket, key, value);
    return buckets;
  }

  put(bucket: BucketName, key: Uint8Array, value: Uint8Array): void {
    this.writes += 1;
    this.#bucket(bucket).set(hex(key), [key, value]);
  }

  delete(bucket: BucketName, key: Uint8Array): void {
    this.writes += 1;
    this.#bucket(bucket).delete(hex(key));
  }

  records(bucket: BucketName): Record[] {
    return [...this.#bucket(bucket).values()].sort(([a], [b]) => Buffer.compare(a, b));
  }

  /** All there is, for comparing: `key=value` by bucket, in hex, in the order of the keys. */
  dump(): { [bucket: string]: string[] } {
    return dumpOf(new Map([...this.#buckets.keys()].map((name) => [name, this.records(name)])));
  }

  #bucket(name: BucketName): Map<string, Record> {
    const bucket = this.#buckets.get(name) ?? new Map<string, Record>();
    this.#buckets.set(name, bucket);
    return bucket;
  }
}

/** The same of a capture, in the order in which it gives the records. */
export function dumpOf(capture: Capture): { [bucket: string]: string[] } {
  const lines: { [bucket: string]: string[] } = {};
  for (const [bucket, records] of [...capture].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const dumped = Array.from(records, ([key, value]) => `${hex(key)}=${hex(value)}`);
    if (dumped.length > 0) lines[bucket] = dumped;
  }
  return lines;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
