/** Time as the server's rooms see it: the machine's, or in tests one that moves only when told to. */
export interface Clock {
  /** Milliseconds that only grow; from no particular beginning. */
  nowMs(): number;
  /** Milliseconds since 1970, for ids and logs; never for measuring how long something took. */
  wallMs(): number;
  /** Calls back once after `delayMs`; returns what cancels that. A pending timer does not keep the process alive. */
  after(delayMs: number, callback: () => void): () => void;
}

/** For measuring how long something took. @param sinceMs what `nowMs` was when it began */
export const secondsSince = (clock: Clock, sinceMs: number): number => (clock.nowMs() - sinceMs) / 1000;

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until `advance` is called. Timers fire in the order of their times, then of their making. */
export class VirtualClock implements Clock {
  #nowMs = 0;
  readonly #epochMs: number;
  #made = 0;
  readonly #timers = new Map<number, { readonly atMs: number; readonly callback: () => void }>();

  /** @param epochMs what the wall clock shows at the beginning */
  constructor(epochMs = Date.UTC(2020, 0, 1)) {
    this.#epochMs = epochMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#epochMs + this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    this.#made += 1;
    const id = this.#made;
    this.#timers.set(id, { atMs: this.#nowMs + Math.max(0, delayMs), callback });
    return () => void this.#timers.delete(id);
  }

  /** Moves on, firing on the way every timer that falls due, those included that are set meanwhile. */
  advance(durationMs: number): void {
    const endMs = this.#nowMs + durationMs;
    for (;;) {
      const due = this.#nextDue(endMs);
      if (due === undefined) break;
      const [id, { atMs, callback }] = due;
      this.#timers.delete(id);
      this.#nowMs = atMs;
      callback();
    }
    this.#nowMs = endMs;
  }

  /** When the next timer falls due; undefined if there is none. */
  nextDueMs(): number | undefined {
    return this.#nextDue(Number.POSITIVE_INFINITY)?.[1].atMs;
  }

  #nextDue(endMs: number): readonly [number, { readonly atMs: number; readonly callback: () => void }] | undefined {
    let first: readonly [number, { readonly atMs: number; readonly callback: () => void }] | undefined;
    for (const entry of this.#timers) {
      if (entry[1].atMs <= endMs && (first === undefined || entry[1].atMs < first[1].atMs)) first = entry;
    }
    return first;
  }
}
