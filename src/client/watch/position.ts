import type { Event } from '../../wire/index.ts';

/** Where a watch stands: what it has delivered, and with which revision it goes on after a lost connection. */
export class Position {
  #next: bigint;
  /** Events up to this revision have been delivered. */
  #delivered = 0n;
  #isResumed = false;

  /** @param startRevision as the user wants it; 0: from now on */
  constructor(startRevision: bigint) {
    this.#next = startRevision;
  }

  /** The revision to ask the next stream for. */
  get startRevision(): bigint {
    return this.#next;
  }

  /** The server has set the watch up at `revision`; a watch from now on begins after it. */
  created(revision: bigint): void {
    if (this.#next === 0n) this.#next = revision + 1n;
  }

  /** A new stream begins: what it repeats is not to be delivered again. */
  resume(): void {
    this.#isResumed = this.#delivered > 0n;
  }

  /**
   * Takes a response's events and returns those not yet delivered. A response holds whole revisions, so the next
   * one wanted is that after its last event. Its header is no guide: while a watch catches up, the header is ahead.
   */
  take(events: readonly Event[]): readonly Event[] {
    const fresh = this.#isResumed ? events.filter((event) => revisionOf(event) > this.#delivered) : events;
    const last = fresh.at(-1);
    if (last === undefined) return fresh;
    this.#delivered = revisionOf(last);
    this.#next = this.#delivered + 1n;
    // Only what comes first on a new stream can be a repetition.
    this.#isResumed = false;
    return fresh;
  }

  /** The server says that nothing up to `revision` is left to deliver: after a lost connection it need not be kept for us. */
  progress(revision: bigint): void {
    if (revision >= this.#next) this.#next = revision + 1n;
  }
}

const revisionOf = (event: Event): bigint => event.kv?.mod_revision ?? 0n;
