import type { Clock } from '../base/index.ts';

/** Calls at even intervals. A call that took long, or came late, is followed by the next so much sooner. */
export class Ticker {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #tick: () => void;
  #lastMs: number;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(clock: Clock, everyMs: number, tick: () => void) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#tick = tick;
    this.#lastMs = clock.nowMs();
  }

  /** Since the last call, or the making of this. */
  get sinceLastMs(): number {
    return this.#clock.nowMs() - this.#lastMs;
  }

  start(): void {
    this.#cancel = this.#clock.after(this.#everyMs - Math.min(this.sinceLastMs, this.#everyMs), () => {
      this.#lastMs = this.#clock.nowMs();
      this.#tick();
      if (!this.#isStopped) this.start();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }
}
