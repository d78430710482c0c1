import type { BucketReader, Journal } from './buckets.ts';

/** The position of an entry in the log. */
export interface LogPosition {
  readonly index: bigint;
  readonly term: bigint;
}

/**
 * Where the rooms' records are kept. What was journaled between two calls of `applied` belongs to one entry; it
 * becomes durable together with the position of that entry or not at all, later, in order.
 */
export interface Backend extends Journal {
  /** The last entry whose changes are in what `open` read. */
  readonly position: LogPosition;
  /** The changes of this entry are complete. */
  applied(position: LogPosition): void;
  /** All that was told so far is durable when it resolves. */
  commit(): Promise<void> | undefined;
  /** What the database takes of its disk, and what of that holds records; in bytes. */
  sizes(): BackendSizes;
  /** Gives back what holds no records. */
  defragment(): Promise<void> | undefined;
  /** The records as of the last `commit`. */
  reader(): BucketReader;
  close(): Promise<void> | undefined;
}

export interface BackendSizes {
  readonly sizeBytes: number;
  readonly inUseBytes: number;
}

export const START: LogPosition = { index: 0n, term: 0n };
