import { AssertionFailure } from '../base/index.ts';
import type { BucketReader, Capture, Record } from '../backend/index.ts';
import type {
  DeleteRangeRequest,
  DeleteRangeResponse,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
} from '../wire/index.ts';
import type { StoreDeps, StoreHash, WatchOptions, WatchSession } from './types.ts';

/** The key space of a member. */
export abstract class Store {
  /**
   * Reads bucket `key` and the two records of bucket `meta`, attaches leases, resumes a compaction that was cut short.
   * @throws Error if a record can not be one of etcd's
   */
  static open(_buckets: BucketReader, _deps: StoreDeps): Store {
    throw new AssertionFailure('mvcc: not there yet');
  }

  /** Of the latest change; 1 before the first. */
  abstract readonly revision: bigint;
  /** History before it is gone; -1 before the first compaction. */
  abstract readonly compactRevision: bigint;
  /** Keys that exist now. */
  abstract readonly keyCount: number;
  /** Bytes of the keys and values in bucket `key`. */
  abstract readonly sizeBytes: number;

  /** @throws EtcdError compacted, futureRevision */
  abstract range(request: RangeRequest): RangeResponse;
  /** @throws EtcdError leaseNotFound, keyNotFound */
  abstract put(request: PutRequest): PutResponse;
  abstract deleteRange(request: DeleteRangeRequest): DeleteRangeResponse;
  /** @throws EtcdError as range and put; nothing has changed then */
  abstract txn(request: TxnRequest): TxnResponse;
  /** Deletes those of the keys that exist, in one revision. */
  abstract deleteKeys(keys: Iterable<Uint8Array>): void;
  /**
   * From now on no earlier revision is served; the records go later, in batches.
   * @returns `done` when they are gone; it fails if the store closes before
   * @throws EtcdError compacted, futureRevision
   */
  abstract compact(revision: bigint): { readonly done: Promise<void> };
  /** 0 stands for the current revision. @throws EtcdError compacted, futureRevision */
  abstract hashKv(revision: bigint): StoreHash;
  abstract openWatch(options: WatchOptions): WatchSession;
  /** Bucket `key` as it is now. */
  abstract capture(): Capture;
  /** The store's records in bucket `meta` as they are now. */
  abstract metaRecords(): Record[];
  /** Takes over the state of a snapshot in place of its own; watches stay and go on from where they were. */
  abstract restore(buckets: BucketReader): void;
  /** No timer is left; open watch streams end with the error. */
  abstract close(error?: Error): void;
}
