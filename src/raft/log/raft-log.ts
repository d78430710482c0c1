import { fail } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Entry, EntryId, Snapshot } from '../types.ts';
import { ApplyWindow } from './apply-window.ts';
import { encodedBytes } from './entry-size.ts';
import type { Missing, Storage } from './storage.ts';
import { Unstable } from './unstable.ts';

/** One log made of two parts: what storage has, and behind it what is not known to be persisted. */
export class RaftLog {
  readonly unstable: Unstable;
  readonly applyWindow: ApplyWindow;
  readonly #storage: Storage;
  readonly #logger: Logger;
  #committed: bigint;

  /** @param maxApplyingBytes limits the entries handed out and not yet applied; at least one always is */
  constructor(storage: Storage, logger: Logger, maxApplyingBytes: number) {
    const beforeFirst = storage.firstIndex() - 1n;
    this.#storage = storage;
    this.#logger = logger;
    this.unstable = new Unstable(storage.lastIndex() + 1n, logger);
    this.applyWindow = new ApplyWindow(beforeFirst, maxApplyingBytes);
    this.#committed = beforeFirst;
  }

  /** The highest index known to be persisted on a quorum. */
  get committed(): bigint {
    return this.#committed;
  }

  get applied(): bigint {
    return this.applyWindow.applied;
  }

  firstIndex(): bigint {
    return this.unstable.firstIndex() ?? this.#storage.firstIndex();
  }

  lastIndex(): bigint {
    return this.unstable.lastIndex() ?? this.#storage.lastIndex();
  }

  lastId(): EntryId {
    const index = this.lastIndex();
    const term = this.term(index);
    return typeof term === 'bigint' ? { term, index } : fail(`the term of the last entry, at ${index}, is ${term}`);
  }

  term(index: bigint): bigint | Missing {
    const unstable = this.unstable.term(index);
    if (unstable !== undefined) {
      return unstable;
    }
    if (index + 1n < this.firstIndex()) {
      return 'compacted';
    }
    return index > this.lastIndex() ? 'unavailable' : this.#storage.term(index);
  }

  /** The term at `index`, zero where the log has no entry. */
  termOrZero(index: bigint): bigint {
    const term = this.term(index);
    return typeof term === 'bigint' ? term : 0n;
  }

  matches(id: EntryId): boolean {
    return this.term(id.index) === id.term;
  }

  /** Whether a log that ends with `last` has all that a quorum can have seen committed, as far as this log shows. */
  isUpToDate(last: EntryId): boolean {
    const own = this.lastId();
    return last.term > own.term || (last.term === own.term && last.index >= own.index);
  }

  /** The entries from `from` to the end, cut off once they exceed `maxBytes`, though never before the first. */
  entriesFrom(from: bigint, maxBytes: number): Entry[] | 'compacted' {
    const end = this.lastIndex() + 1n;
    return from >= end ? [] : this.slice(from, end, maxBytes);
  }

  /** The entries in `[lo, hi)`, cut off once they exceed `maxBytes`, though never before the first. */
  slice(lo: bigint, hi: bigint, maxBytes: number): Entry[] | 'compacted' {
    if (lo > hi || hi > this.lastIndex() + 1n) {
      fail(`slice [${lo},${hi}) is out of bounds [${this.firstIndex()},${this.lastIndex()}]`);
    }
    if (lo < this.firstIndex()) {
      return 'compacted';
    }
    if (lo === hi) {
      return [];
    }
    const { offset } = this.unstable;
    if (lo >= offset) {
      return this.unstable.slice(lo, hi, maxBytes);
    }
    const cut = hi < offset ? hi : offset;
    const stable = this.#storage.entries(lo, cut, maxBytes);
    if (typeof stable === 'string') {
      return stable === 'compacted' ? stable : fail(`entries [${lo},${cut}) are unavailable from storage`);
    }
    if (hi > offset && BigInt(stable.length) === cut - lo) {
      this.#appendUnstable(stable, hi, maxBytes);
    }
    return stable;
  }

  /** Whether an entry in `[lo, hi)` satisfies `test`; read in pages, as it may be a long way. */
  some(lo: bigint, hi: bigint, pageBytes: number, test: (entry: Entry) => boolean): boolean {
    let at = lo;
    while (at < hi) {
      const page = this.slice(at, hi, pageBytes);
      if (typeof page === 'string' || page.length === 0) {
        return fail(`cannot scan entries [${at},${hi}): ${typeof page === 'string' ? page : 'got none'}`);
      }
      if (page.some(test)) {
        return true;
      }
      at += BigInt(page.length);
    }
    return false;
  }

  /** Appends entries of which none is committed yet, over whatever was there. */
  append(entries: readonly Entry[]): void {
    const first = entries[0];
    if (first !== undefined && first.index <= this.#committed) {
      fail(`after(${first.index - 1n}) is out of range [committed(${this.#committed})]`);
    }
    this.unstable.truncateAndAppend(entries);
  }

  /**
   * A follower's append: entries that follow `previous`, where the logs must agree.
   * @returns the index of the last of them, undefined when the logs differ at `previous`
   */
  maybeAppend(previous: EntryId, entries: readonly Entry[], leaderCommit: bigint): bigint | undefined {
    if (!this.matches(previous)) {
      return undefined;
    }
    const last = previous.index + BigInt(entries.length);
    const conflict = this.#firstNew(entries);
    if (conflict < entries.length) {
      const index = previous.index + 1n + BigInt(conflict);
      if (index <= this.#committed) {
        fail(`entry ${index} conflict with committed entry [committed(${this.#committed})]`);
      }
      this.append(conflict === 0 ? entries : entries.slice(conflict));
    }
    // Beyond `last` the logs may still differ, whatever the leader has committed there.
    this.commitTo(leaderCommit < last ? leaderCommit : last);
    return last;
  }

  /**
   * The last position at or before `index` whose term is at most `term`: where
   * the other log, which has `term` at `index`, may agree with this one. A
   * zero term means that this log does not know.
   */
  findConflictByTerm(index: bigint, term: bigint): EntryId {
    for (let at = index; at > 0n; at--) {
      const own = this.term(at);
      if (typeof own !== 'bigint') {
        return { index: at, term: 0n };
      }
      if (own <= term) {
        return { index: at, term: own };
      }
    }
    return { index: 0n, term: 0n };
  }

  /** Commits up to `at` if this log has that very entry. */
  maybeCommit(at: EntryId): boolean {
    if (at.term === 0n || at.index <= this.#committed || !this.matches(at)) {
      return false;
    }
    this.commitTo(at.index);
    return true;
  }

  /** Never moves backwards. */
  commitTo(index: bigint): void {
    if (index <= this.#committed) {
      return;
    }
    if (index > this.lastIndex()) {
      fail(
        `tocommit(${index}) is out of range [lastIndex(${this.lastIndex()})]. ` +
          'Was the raft log corrupted, truncated, or lost?',
      );
    }
    this.#committed = index;
  }

  /** The snapshot to send to a follower that is too far behind. */
  snapshot(): Snapshot | 'temporarilyUnavailable' {
    return this.unstable.snapshot ?? this.#storage.snapshot();
  }

  /** Starts over from a snapshot, which is committed by its nature. */
  restore(snapshot: Snapshot): void {
    this.#logger.info(
      `log [${this.describe()}] starts to restore snapshot [index: ${snapshot.index}, term: ${snapshot.term}]`,
    );
    this.#committed = snapshot.index;
    this.unstable.restore(snapshot);
  }

  describe(): string {
    const { offset, offsetInProgress, length } = this.unstable;
    const { applied, applying } = this.applyWindow;
    return (
      `committed=${this.#committed}, applied=${applied}, applying=${applying}, unstable.offset=${offset}, ` +
      `unstable.offsetInProgress=${offsetInProgress}, len(unstable.Entries)=${length}`
    );
  }

  /** Position in `entries` of the first that this log does not have; their number if it has them all. */
  #firstNew(entries: readonly Entry[]): number {
    const position = entries.findIndex((entry) => !this.matches(entry));
    const entry = entries[position];
    if (entry === undefined) {
      return entries.length;
    }
    if (entry.index <= this.lastIndex()) {
      const existing = this.termOrZero(entry.index);
      this.#logger.info(
        `found conflict at index ${entry.index} [existing term: ${existing}, conflicting term: ${entry.term}]`,
      );
    }
    return position;
  }

  #appendUnstable(stable: Entry[], hi: bigint, maxBytes: number): void {
    const budget = maxBytes === Number.POSITIVE_INFINITY ? maxBytes : maxBytes - encodedBytes(stable);
    if (budget <= 0) {
      return;
    }
    const rest = this.unstable.slice(this.unstable.offset, hi, budget);
    // The first entry comes whatever its size, which here would break the limit.
    if (rest.length === 1 && encodedBytes(rest) > budget) {
      return;
    }
    for (const entry of rest) {
      stable.push(entry);
    }
  }
}
