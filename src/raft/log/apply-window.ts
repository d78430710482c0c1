import { fail } from '../errors.ts';

/**
 * How far the state machine is, and how much it has been given to do. It takes
 * no more once the entries handed out and not yet applied weigh `maxBytes`.
 */
export class ApplyWindow {
  readonly #maxBytes: number;
  #applied: bigint;
  #applying: bigint;
  #bytes = 0;
  #paused = false;

  constructor(applied: bigint, maxBytes: number) {
    this.#applied = applied;
    this.#applying = applied;
    this.#maxBytes = maxBytes;
  }

  /** The last entry that the application has applied. */
  get applied(): bigint {
    return this.#applied;
  }

  /** The last entry that the application was given to apply. */
  get applying(): bigint {
    return this.#applying;
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  /** Bytes that may be handed out now. */
  get budget(): number {
    return this.#maxBytes - this.#bytes;
  }

  /**
   * Entries up to `index` were handed out. When more are waiting (`hasMore`)
   * the limit must have cut them off, so nothing follows before some are applied.
   */
  accept(index: bigint, bytes: number, hasMore: boolean): void {
    this.#applying = index;
    this.#bytes += bytes;
    this.#paused = hasMore || this.#bytes >= this.#maxBytes;
  }

  /** The application has applied up to `index`. */
  appliedTo(index: bigint, bytes: number): void {
    if (index < this.#applied) {
      fail(`applied(${index}) is out of range [prevApplied(${this.#applied})]`);
    }
    this.#applied = index;
    this.#applying = this.#applying > index ? this.#applying : index;
    this.#bytes = Math.max(0, this.#bytes - bytes);
    this.#paused = this.#bytes >= this.#maxBytes;
  }
}
