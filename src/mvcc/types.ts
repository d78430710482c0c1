import type { Clock, LogSink } from '../base/index.ts';
import type { Journal } from '../backend/index.ts';
import type { Figures } from '../figures/index.ts';
import type { EtcdError } from '../wire/etcd-error.ts';
import type { ResponseHeader, WatchRequest, WatchResponse } from '../wire/index.ts';

/** What the store needs to know of leases; the Lessor is one. */
export interface LeaseBook {
  exists(id: bigint): boolean;
  /** Called only for leases that exist. */
  attach(id: bigint, key: Uint8Array): void;
  /** Called only for leases that exist. */
  detach(id: bigint, key: Uint8Array): void;
}

export interface StoreDeps {
  readonly journal: Journal;
  readonly leases: LeaseBook;
  readonly clock: Clock;
  readonly logger?: LogSink | undefined;
  /** Where it counts what it does; its own if absent. */
  readonly figures?: Figures | undefined;
  /** Records looked at in one go while compacting; 1000 unless said otherwise. */
  readonly compactionBatchLimit?: number | undefined;
  /** Pause between two of those; 10 unless said otherwise. */
  readonly compactionPauseMs?: number | undefined;
}

/** The hash of the history up to `hashRevision`, as far as it was not compacted. */
export interface StoreHash {
  /** CRC-32C, unsigned. */
  readonly hash: number;
  /** Current revision of the store. */
  readonly revision: bigint;
  /** Where the hashed history begins; -1 if nothing was compacted before it. */
  readonly compactRevision: bigint;
  readonly hashRevision: bigint;
}

/** The receiving end of a watch stream. */
export interface WatchSink {
  /** Whether what was sent so far has left. While it has not, responses wait here, and then events in the store. */
  isReady(): boolean;
  /** In order. Fragments of one large response come as several, flagged. */
  send(response: WatchResponse): void;
  /** The stream is over, because this member stops or the caller may no longer watch. */
  end(error?: Error): void;
}

/** The sending end of a watch stream. */
export interface WatchSession {
  /** Create, cancel or progress request. Handled in order; what a client can do wrong is answered through the sink. */
  request(request: WatchRequest): void;
  /** The sink is ready again. */
  drained(): void;
  close(): void;
}

export interface WatchOptions {
  readonly sink: WatchSink;
  /** Ids and term for the responses; their revision is the store's. */
  header(): ResponseHeader;
  /**
   * Why the caller may not watch these keys, undefined if it may. The range end is as the client sent it: empty for a
   * single key, a zero byte for all keys from `key` on.
   */
  mayWatch(key: Uint8Array, rangeEnd: Uint8Array): EtcdError | undefined;
  /** How often a watcher that asked for it hears of the current revision; at least 100. */
  readonly progressIntervalMs: number;
  /** Where the response to a watcher that asked for fragments is cut; etcd's is the request limit and 512 KiB. */
  readonly maxResponseBytes: number;
  /** Responses that wait for a slow client before its watchers are held back; 128 if absent. */
  readonly mostWaiting?: number | undefined;
  /** From 0 to 1, for spreading progress notices of streams that were opened together. */
  readonly random?: (() => number) | undefined;
}
