import type { Clock } from '../base/index.ts';

/** After this long without a pause, timers and sockets get their turn. */
const TURN_MS = 5;

/**
 * Runs work soon, once for all who ask in the meantime: what they bring is done together. It does so without a
 * pause, as latency matters, until so much time has passed that whoever waits for timers or sockets would starve.
 */
export class Turns {
  readonly #clock: Clock;
  readonly #work: () => void;
  #isAsked = false;
  #isStopped = false;
  #lastPauseMs: number;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, work: () => void) {
    this.#clock = clock;
    this.#work = work;
    this.#lastPauseMs = clock.nowMs();
  }

  ask(): void {
    if (this.#isAsked || this.#isStopped) return;
    this.#isAsked = true;
    if (this.#clock.nowMs() - this.#lastPauseMs < TURN_MS) queueMicrotask(() => this.#run());
    else this.#pause();
  }

  /** Tells that timers and sockets are having their turn: call it from their callbacks. */
  paused(): void {
    this.#lastPauseMs = this.#clock.nowMs();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer?.();
  }

  #pause(): void {
    this.#cancelTimer = this.#clock.after(0, () => {
      this.#cancelTimer = undefined;
      this.paused();
      this.#run();
    });
  }

  #run(): void {
    if (this.#isStopped) return;
    this.#isAsked = false;
    this.#work();
  }
}
