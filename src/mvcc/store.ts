import type { BucketReader, Capture, Record } from '../backend/index.ts';
import { secondsSince } from '../base/index.ts';
import { Figures } from '../figures/index.ts';
import { refuse } from '../wire/etcd-error.ts';
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
import { Compactions } from './compaction/compactions.ts';
import { hashHistory } from './compaction/history-hash.ts';
import type { StoredHash } from './compaction/stored-hashes.ts';
import type { KeySpace } from './key-space.ts';
import { readStore, type StoredState } from './open-store.ts';
import { executeRange } from './range.ts';
import { boundAt, type ReadView } from './read-view.ts';
import { executeTxn } from './txn.ts';
import type { StoreDeps, StoreHash, WatchOptions, WatchSession } from './types.ts';
import { WatchHub } from './watch/hub.ts';
import { Session } from './watch/session.ts';
import { checkPutApplies, executeDeleteRange, executePut } from './write.ts';
import { WriteBatch } from './write-batch.ts';

const BATCH_LIMIT = 1000;
const PAUSE_MS = 10;

/** The key space of a member. */
export class Store implements ReadView {
  readonly #deps: StoreDeps;
  readonly #figures: Figures;
  readonly #hub: WatchHub;
  readonly #sessions = new Set<Session>();
  #space: KeySpace;
  #revision: bigint;
  #compactions: Compactions;

  private constructor(state: StoredState, deps: StoreDeps) {
    this.#deps = deps;
    this.#figures = deps.figures ?? new Figures();
    this.#space = state.space;
    this.#revision = state.revision;
    this.#hub = new WatchHub(this, deps.clock);
    this.#compactions = this.#compactionsOf(state);
  }

  /**
   * Reads bucket `key` and the two records of bucket `meta`, attaches leases, resumes a compaction that was cut short.
   * @throws Error that names the record which can not be one of etcd's
   */
  static open(buckets: BucketReader, deps: StoreDeps): Store {
    return new Store(readStore(buckets, deps.leases), deps);
  }

  /** Of the latest change; 1 before the first. */
  get revision(): bigint {
    return this.#revision;
  }

  /** History before it is gone; -1 before the first compaction. */
  get compactRevision(): bigint {
    return this.#compactions.revision;
  }

  /** Keys that exist now. */
  get keyCount(): number {
    return this.#space.keyCount;
  }

  /** Bytes of the keys and values in bucket `key`. */
  get sizeBytes(): number {
    return this.#space.log.sizeBytes;
  }

  /** For what reads along. */
  get space(): KeySpace {
    return this.#space;
  }

  /** @throws EtcdError compacted, futureRevision */
  range(request: RangeRequest): RangeResponse {
    const { clock } = this.#deps;
    const sinceMs = clock.nowMs();
    let isGood = false;
    try {
      const response = executeRange(this, request);
      isGood = true;
      return response;
    } finally {
      const seconds = secondsSince(clock, sinceMs);
      this.#figures.add('etcd_mvcc_range_total');
      this.#figures.observe('etcd_server_range_duration_seconds', seconds, String(isGood));
    }
  }

  /** @throws EtcdError leaseNotFound, keyNotFound */
  put(request: PutRequest): PutResponse {
    checkPutApplies(this, this.#deps.leases, request);
    return this.#write((batch) => executePut(batch, request));
  }

  deleteRange(request: DeleteRangeRequest): DeleteRangeResponse {
    return this.#write((batch) => executeDeleteRange(batch, request));
  }

  /** @throws EtcdError as range and put; nothing has changed then */
  txn(request: TxnRequest): TxnResponse {
    return this.#write((batch) => executeTxn(batch, this.#deps.leases, request));
  }

  /** Deletes those of the keys that exist, in one revision. */
  deleteKeys(keys: Iterable<Uint8Array>): void {
    this.#write((batch) => {
      for (const key of keys) batch.deleteRange(key, NO_END);
    });
  }

  /**
   * From now on no earlier revision is served; the records go later, in batches.
   * @returns `done` when they are gone; it fails if the store closes before
   * @throws EtcdError compacted, futureRevision
   */
  compact(revision: bigint): { readonly done: Promise<void> } {
    if (revision <= this.compactRevision) throw refuse.compacted();
    if (revision > this.#revision) throw refuse.futureRevision();
    return { done: this.#compactions.begin(revision) };
  }

  /** 0 stands for the current revision. @throws EtcdError compacted, futureRevision */
  hashKv(revision: bigint): StoreHash {
    const stored = this.#compactions.hashes.at(revision);
    if (stored !== undefined) return { ...stored, revision: this.#revision };
    const { compactRevision } = this;
    // What etcd makes of a negative revision: nothing lies before it.
    const bound = revision < 0n ? 0 : boundAt(this, revision);
    const sinceMs = this.#deps.clock.nowMs();
    const hash = hashHistory(this.#space, { compactRevision, bound });
    this.#figures.observe('etcd_mvcc_hash_rev_duration_seconds', secondsSince(this.#deps.clock, sinceMs));
    const hashRevision = revision === 0n ? this.#revision : revision;
    return { hash, revision: this.#revision, compactRevision, hashRevision };
  }

  /** The hashes of the last compactions, the newest first: `hashKv` of their revisions tells the same. */
  get compactionHashes(): readonly StoredHash[] {
    return this.#compactions.hashes.newest();
  }

  /** How many watchers and streams of them there are, how many watchers are behind, and the events that wait to be sent. */
  get watcherCounts(): WatchHub['counts'] & { readonly streams: number; readonly waitingEvents: number } {
    let waitingEvents = 0;
    for (const session of this.#sessions) waitingEvents += session.waitingEvents;
    return { ...this.#hub.counts, streams: this.#sessions.size, waitingEvents };
  }

  openWatch(options: WatchOptions): WatchSession {
    const session = new Session(this.#hub, this.#deps.clock, options, {
      closed: (closed) => void this.#sessions.delete(closed),
      told: (events) => this.#figures.add('etcd_debugging_mvcc_events_total', events),
    });
    this.#sessions.add(session);
    return session;
  }

  /** Bucket `key` as it is now. */
  capture(): Capture {
    return new Map([['key', this.#space.log.records()]]);
  }

  /** The store's records in bucket `meta` as they are now. */
  metaRecords(): Record[] {
    return this.#compactions.metaRecords();
  }

  /** Takes over the state of a snapshot in place of its own; watches stay and go on from where they were. */
  restore(buckets: BucketReader): void {
    const state = readStore(buckets, this.#deps.leases);
    const previousRevision = this.#revision;
    this.#compactions.supersede();
    this.#space = state.space;
    this.#revision = state.revision;
    this.#compactions = this.#compactionsOf(state);
    this.#hub.restored(previousRevision);
  }

  /** No timer is left; open watch streams end with the error. */
  close(error?: Error): void {
    this.#hub.stop();
    for (const session of this.#sessions) session.end(error);
    this.#compactions.close();
  }

  #write<T>(change: (batch: WriteBatch) => T): T {
    const batch = new WriteBatch(this, this.#deps.journal, this.#deps.leases);
    const result = change(batch);
    this.#count(batch);
    if (!batch.isEmpty) {
      this.#revision = batch.revision;
      this.#hub.notify(batch.firstId);
    }
    return result;
  }

  #count({ asked: { ranges, puts, deletes, putBytes } }: WriteBatch): void {
    if (ranges + puts + deletes > 1) this.#figures.add('etcd_mvcc_txn_total');
    if (ranges > 0) this.#figures.add('etcd_mvcc_range_total', ranges);
    if (deletes > 0) this.#figures.add('etcd_mvcc_delete_total', deletes);
    if (puts === 0) return;
    this.#figures.add('etcd_mvcc_put_total', puts);
    this.#figures.add('etcd_debugging_mvcc_total_put_size_in_bytes', putBytes);
  }

  #compactionsOf({ space, compactions }: StoredState): Compactions {
    const { journal, clock, logger, compactionBatchLimit, compactionPauseMs } = this.#deps;
    const figures = this.#figures;
    const batchLimit = compactionBatchLimit ?? BATCH_LIMIT;
    const pauseMs = compactionPauseMs ?? PAUSE_MS;
    return new Compactions(space, compactions, { journal, clock, logger, figures, batchLimit, pauseMs });
  }
}

const NO_END = new Uint8Array(0);
