import { fail } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Entry, EntryId, Snapshot } from '../types.ts';
import { countWithin } from './entry-size.ts';

/**
 * The end of the log that is not known to be persisted: entries, and before
 * them a snapshot that was received. Both are handed out for writing, are in
 * progress until that is acknowledged, and may be replaced in the meantime.
 */
export class Unstable {
  readonly #logger: Logger;
  #entries: Entry[] = [];
  #offset: bigint;
  #offsetInProgress: bigint;
  #snapshot: Snapshot | undefined;
  #snapshotInProgress = false;

  constructor(offset: bigint, logger: Logger) {
    this.#offset = offset;
    this.#offsetInProgress = offset;
    this.#logger = logger;
  }

  /** The index of the first entry held here, or that one to come will have. */
  get offset(): bigint {
    return this.#offset;
  }

  /** The entries before this index are being written. */
  get offsetInProgress(): bigint {
    return this.#offsetInProgress;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** The snapshot that is to be written, or is being written. */
  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  firstIndex(): bigint | undefined {
    return this.#snapshot === undefined ? undefined : this.#snapshot.index + 1n;
  }

  lastIndex(): bigint | undefined {
    return this.#entries.length > 0 ? this.#offset + BigInt(this.#entries.length) - 1n : this.#snapshot?.index;
  }

  term(index: bigint): bigint | undefined {
    if (index < this.#offset) {
      return this.#snapshot?.index === index ? this.#snapshot.term : undefined;
    }
    return this.#entries[Number(index - this.#offset)]?.term;
  }

  hasNextEntries(): boolean {
    return this.#inProgressCount() < this.#entries.length;
  }

  /** The entries that nobody has begun to write. */
  nextEntries(): Entry[] {
    return this.#entries.slice(this.#inProgressCount());
  }

  /** The snapshot, if nobody has begun to write it. */
  nextSnapshot(): Snapshot | undefined {
    return this.#snapshotInProgress ? undefined : this.#snapshot;
  }

  /** Everything held here is being written from now on. */
  acceptInProgress(): void {
    this.#offsetInProgress = this.#offset + BigInt(this.#entries.length);
    this.#snapshotInProgress = this.#snapshot !== undefined;
  }

  /** Lets go of the entries up to `id`, which are persisted, unless the log was overwritten there in the meantime. */
  stableTo(id: EntryId): void {
    const term = this.term(id.index);
    if (term === undefined) {
      this.#logger.info(`entry at index ${id.index} missing from unstable log; ignoring`);
      return;
    }
    if (id.index < this.#offset) {
      this.#logger.info(`entry at index ${id.index} matched unstable snapshot; ignoring`);
      return;
    }
    if (term !== id.term) {
      this.#logger.info(
        `entry at (index,term)=(${id.index},${id.term}) mismatched with ` +
          `entry at (${id.index},${term}) in unstable log; ignoring`,
      );
      return;
    }
    this.#entries.splice(0, Number(id.index - this.#offset) + 1);
    this.#offset = id.index + 1n;
    if (this.#offsetInProgress < this.#offset) {
      this.#offsetInProgress = this.#offset;
    }
  }

  stableSnapshotTo(index: bigint): void {
    if (this.#snapshot?.index === index) {
      this.#snapshot = undefined;
      this.#snapshotInProgress = false;
    }
  }

  /** Starts over from a snapshot. */
  restore(snapshot: Snapshot): void {
    this.#offset = snapshot.index + 1n;
    this.#offsetInProgress = this.#offset;
    this.#entries = [];
    this.#snapshot = snapshot;
    this.#snapshotInProgress = false;
  }

  /** Adds entries at their own indexes; whatever was there and after is gone. */
  truncateAndAppend(entries: readonly Entry[]): void {
    const from = entries[0]?.index;
    if (from === undefined) {
      return;
    }
    const end = this.#offset + BigInt(this.#entries.length);
    if (from > end) {
      fail(`the unstable log ends before ${end}, but the entries to append begin at ${from}`);
    }
    if (from < end && from <= this.#offset) {
      this.#replaceAll(from);
    } else if (from < end) {
      this.#logger.info(`truncate the unstable entries before index ${from}`);
      this.#entries.length = Number(from - this.#offset);
      this.#offsetInProgress = from < this.#offsetInProgress ? from : this.#offsetInProgress;
    }
    for (const entry of entries) {
      this.#entries.push(entry);
    }
  }

  /** The entries in `[lo, hi)`, cut off once they exceed `maxBytes`, though never before the first. */
  slice(lo: bigint, hi: bigint, maxBytes: number): Entry[] {
    const from = Number(lo - this.#offset);
    const to = Number(hi - this.#offset);
    if (from < 0 || from > to || to > this.#entries.length) {
      const end = this.#offset + BigInt(this.#entries.length);
      fail(`unstable slice [${lo},${hi}) is out of bounds [${this.#offset},${end}]`);
    }
    return this.#entries.slice(from, from + countWithin(this.#entries, from, to, maxBytes));
  }

  #inProgressCount(): number {
    return Number(this.#offsetInProgress - this.#offset);
  }

  /** The log is overwritten from before the first entry held here: what is being written no longer counts. */
  #replaceAll(from: bigint): void {
    this.#logger.info(`replace the unstable entries from index ${from}`);
    this.#entries = [];
    this.#offset = from;
    this.#offsetInProgress = from;
  }
}
