import type { Clock } from '../../base/index.ts';

/** As many pings as this may come too early before the client is told off, as with grpc-go. */
const MAX_STRIKES = 2;
/** How often a client without any call may ping. */
const IDLE_INTERVAL_MS = 2 * 60 * 60 * 1000;

/** Counts pings that come too early. Whatever is sent to the client makes up for its past ones. */
export class PingPolice {
  readonly #clock: Clock;
  readonly #minIntervalMs: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #strikes = 0;
  #hasSent = false;

  constructor(clock: Clock, minIntervalMs: number) {
    this.#clock = clock;
    this.#minIntervalMs = minIntervalMs;
  }

  noteSent(): void {
    this.#hasSent = true;
  }

  /** Whether the client has now gone too far. */
  takePing(hasCalls: boolean): boolean {
    const nowMs = this.#clock.nowMs();
    const sinceMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (this.#hasSent) {
      this.#hasSent = false;
      this.#strikes = 0;
      return false;
    }
    if (sinceMs < (hasCalls ? this.#minIntervalMs : IDLE_INTERVAL_MS)) this.#strikes += 1;
    return this.#strikes > MAX_STRIKES;
  }
}
