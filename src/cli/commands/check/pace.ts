/**
 * Says how many puts fall due as time passes, at a steady rate. Puts that no
 * client is free for wait, up to `capacity` of them; beyond that they are lost
 * rather than made up for, so that a cluster that stalls is seen to be slow.
 */
export class Pace {
  readonly #perMs: number;
  readonly #capacity: number;
  #waiting = 0;
  #lastMs: number;

  constructor(perSecond: number, capacity: number, nowMs: number) {
    this.#perMs = perSecond / 1000;
    this.#capacity = capacity;
    this.#lastMs = nowMs;
  }

  /** Time has passed: more puts fall due. @param free clients that can take one on the spot */
  advance(nowMs: number, free: number): void {
    const due = this.#waiting + (nowMs - this.#lastMs) * this.#perMs;
    this.#waiting = Math.min(due, this.#capacity + free);
    this.#lastMs = nowMs;
  }

  /** Takes one put that is due; false if there is none. */
  take(): boolean {
    if (this.#waiting < 1) return false;
    this.#waiting -= 1;
    return true;
  }
}
