import type { Clock } from '../base/index.ts';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
  cancel: () => void;
}

/** The clock of one member: it can be kept from hearing it (SIGSTOP), and cut off from it for good (SIGKILL). */
export class MemberClock implements Clock {
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  #isPaused = false;
  #isStopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  after(delayMs: number, callback: () => void): () => void {
    if (this.#isStopped) return () => undefined;
    const timer: Timer = { atMs: this.nowMs() + delayMs, callback, cancel: () => undefined };
    this.#timers.add(timer);
    if (!this.#isPaused) this.#start(timer);
    return () => {
      timer.cancel();
      this.#timers.delete(timer);
    };
  }

  pause(): void {
    this.#isPaused = true;
    for (const timer of this.#timers) timer.cancel();
  }

  /** What fell due in the meantime happens now, in its order. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    for (const timer of [...this.#timers].toSorted((a, b) => a.atMs - b.atMs)) this.#start(timer);
  }

  /** No timer is left, and none is set any more. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #start(timer: Timer): void {
    timer.cancel = this.#clock.after(Math.max(0, timer.atMs - this.nowMs()), () => {
      this.#timers.delete(timer);
      timer.callback();
    });
  }
}
