import type { Clock } from '../../base/index.ts';

export interface Watched {
  /** Grows with everything that arrives. */
  bytesRead(): number;
  ping(): void;
  /** Nothing came, not even an answer to the ping. */
  dead(): void;
}

export interface IdleTimes {
  readonly idleMs: number;
  readonly timeoutMs: number;
}

/** Finds clients that have vanished without a word: pings after a silence of `idleMs`, gives up `timeoutMs` later. */
export class IdleWatch {
  readonly #clock: Clock;
  readonly #watched: Watched;
  readonly #times: IdleTimes;
  #cancel: () => void;

  constructor(clock: Clock, times: IdleTimes, watched: Watched) {
    this.#clock = clock;
    this.#times = times;
    this.#watched = watched;
    this.#cancel = this.#look();
  }

  stop(): void {
    this.#cancel();
  }

  #look(): () => void {
    const before = this.#watched.bytesRead();
    return this.#clock.after(this.#times.idleMs, () => {
      this.#cancel = this.#watched.bytesRead() === before ? this.#challenge(before) : this.#look();
    });
  }

  #challenge(before: number): () => void {
    this.#watched.ping();
    return this.#clock.after(this.#times.timeoutMs, () => {
      if (this.#watched.bytesRead() === before) this.#watched.dead();
      else this.#cancel = this.#look();
    });
  }
}
