import type { ConfState, Entry, HardState, Snapshot } from '../types.ts';

/** Why an entry cannot be had: it is older than the log, or newer than its end. */
export type Missing = 'compacted' | 'unavailable';

/**
 * What a node reads of what was persisted for it; it never writes. Answers
 * must be at hand (a log on disk is served from a copy in memory), and reflect
 * every Ready that was acknowledged. What is thrown here stops the node.
 */
export interface Storage {
  /** Read once, when a node starts. An unused storage answers with zeros and empty lists. */
  initialState(): { readonly hardState: HardState; readonly confState: ConfState };
  /**
   * The entries in `[lo, hi)`, cut off once their encoded size exceeds
   * `maxBytes`, though never before the first. The array is the caller's own.
   */
  entries(lo: bigint, hi: bigint, maxBytes: number): Entry[] | Missing;
  /** The term of an entry in `[firstIndex - 1, lastIndex]`: the one before the first is kept for comparing logs. */
  term(index: bigint): bigint | Missing;
  /** The first entry that can be had; those before it are part of the snapshot. */
  firstIndex(): bigint;
  /** The last entry, `firstIndex - 1` when there is none. */
  lastIndex(): bigint;
  /**
   * The latest snapshot, or that it is still being made and may be asked for
   * later. A node may ask during `applyConfChange`: what it gets then must not
   * claim an index whose change it does not contain.
   */
  snapshot(): Snapshot | 'temporarilyUnavailable';
}
