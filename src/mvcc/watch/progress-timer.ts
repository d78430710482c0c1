import type { Clock } from '../../base/index.ts';
import type { WatchOptions } from '../types.ts';

const LEAST_INTERVAL_MS = 100;

/** Rings at intervals from the first `start` on. */
export class ProgressTimer {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #ring: () => void;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, { progressIntervalMs, random }: WatchOptions, ring: () => void) {
    const intervalMs = Math.max(LEAST_INTERVAL_MS, progressIntervalMs);
    // Up to a tenth longer, so that streams that were opened together do not ring together.
    this.#intervalMs = intervalMs + (random?.() ?? 0) * (intervalMs / 10);
    this.#clock = clock;
    this.#ring = ring;
  }

  start(): void {
    if (this.#cancelTimer !== undefined) return;
    this.#cancelTimer = this.#clock.after(this.#intervalMs, () => {
      this.#cancelTimer = undefined;
      this.#ring();
      this.start();
    });
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
