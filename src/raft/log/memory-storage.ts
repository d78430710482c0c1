import { fail, RaftError } from '../errors.ts';
import {
  type ConfState,
  EMPTY_HARD_STATE,
  EMPTY_SNAPSHOT,
  type Entry,
  type EntryId,
  type HardState,
  type Snapshot,
} from '../types.ts';
import { countWithin } from './entry-size.ts';
import type { Missing, Storage } from './storage.ts';

/** A storage in memory: of use in tests, and in front of a log on disk that is written but not read. */
export class MemoryStorage implements Storage {
  #hardState: HardState = EMPTY_HARD_STATE;
  #snapshot: Snapshot = EMPTY_SNAPSHOT;
  /** The position just before the first entry: its term is known, its entry is gone. */
  #before: EntryId = { term: 0n, index: 0n };
  #entries: Entry[] = [];

  initialState(): { readonly hardState: HardState; readonly confState: ConfState } {
    return { hardState: this.#hardState, confState: this.#snapshot.confState };
  }

  entries(lo: bigint, hi: bigint, maxBytes: number): Entry[] | Missing {
    if (lo < this.firstIndex()) {
      return 'compacted';
    }
    if (hi > this.lastIndex() + 1n) {
      fail(`entries [${lo}, ${hi}) end after the last index ${this.lastIndex()}`);
    }
    const from = this.#position(lo);
    const to = this.#position(hi);
    return this.#entries.slice(from, from + countWithin(this.#entries, from, to, maxBytes));
  }

  term(index: bigint): bigint | Missing {
    if (index < this.#before.index) {
      return 'compacted';
    }
    if (index === this.#before.index) {
      return this.#before.term;
    }
    return this.#entries[this.#position(index)]?.term ?? 'unavailable';
  }

  firstIndex(): bigint {
    return this.#before.index + 1n;
  }

  lastIndex(): bigint {
    return this.#before.index + BigInt(this.#entries.length);
  }

  snapshot(): Snapshot {
    return this.#snapshot;
  }

  setHardState(hardState: HardState): void {
    this.#hardState = hardState;
  }

  /**
   * Replaces the whole log by a snapshot.
   * @throws {RaftError} `snapshotOutOfDate` when it is no newer than the present one
   */
  applySnapshot(snapshot: Snapshot): void {
    // A snapshot at index 0 is not one: it only carries a first membership.
    if (this.#snapshot.index !== 0n && snapshot.index <= this.#snapshot.index) {
      throw new RaftError('snapshotOutOfDate', 'requested index is older than the existing snapshot');
    }
    this.#snapshot = snapshot;
    this.#before = { term: snapshot.term, index: snapshot.index };
    this.#entries = [];
  }

  /**
   * Records the state machine as of an entry of this log, and leaves the log as it is.
   * @throws {RaftError} `snapshotOutOfDate` when it is no newer than the present one
   */
  createSnapshot(index: bigint, confState: ConfState, data: Uint8Array): Snapshot {
    if (index <= this.#snapshot.index) {
      throw new RaftError('snapshotOutOfDate', 'requested index is older than the existing snapshot');
    }
    const term = this.term(index);
    if (typeof term !== 'bigint') {
      return fail(`cannot make a snapshot at ${index}: the log has [${this.firstIndex()}, ${this.lastIndex()}]`);
    }
    this.#snapshot = { term, index, confState, data };
    return this.#snapshot;
  }

  /**
   * Drops every entry up to and including `index`. The application keeps a snapshot that covers them.
   * @throws {RaftError} `compacted` when they are gone already
   */
  compact(index: bigint): void {
    if (index <= this.#before.index) {
      throw new RaftError('compacted', 'requested index is unavailable due to compaction');
    }
    const term = this.term(index);
    if (typeof term !== 'bigint') {
      return fail(`cannot compact up to ${index}: the last index is ${this.lastIndex()}`);
    }
    this.#entries = this.#entries.slice(this.#position(index) + 1);
    this.#before = { term, index };
  }

  /** Adds entries at their own indexes; whatever was there and after is gone. */
  append(entries: readonly Entry[]): void {
    const skipped = entries.findIndex(({ index }) => index > this.#before.index);
    const first = entries[skipped];
    if (first === undefined) {
      return;
    }
    const at = this.#position(first.index);
    if (at > this.#entries.length) {
      fail(`the log ends at ${this.lastIndex()}, but the entries to append begin at ${first.index}`);
    }
    this.#entries.length = at;
    for (let i = skipped; i < entries.length; i++) {
      const entry = entries[i];
      if (entry !== undefined) {
        this.#entries.push(entry);
      }
    }
  }

  #position(index: bigint): number {
    return Number(index - this.#before.index) - 1;
  }
}
