/** What keep-alive needs of a connection. */
export interface Pinged {
  /** Grows with everything that arrives. */
  bytesRead(): number;
  ping(onAnswer: () => void): void;
  /** Called once, when a ping stayed without any answer. */
  dead(): void;
}

export interface KeepAliveTimes {
  readonly timeMs: number;
  readonly timeoutMs: number;
}

/**
 * Sends a ping after `timeMs` without a byte from the peer, and declares the connection dead when `timeoutMs` later
 * there is still none. Any byte counts as a sign of life, not just the ping's answer. Runs only between `start` and
 * `stop`, and never keeps the process alive by itself.
 */
export class KeepAlive {
  readonly #pinged: Pinged;
  readonly #times: KeepAliveTimes;
  #timer: NodeJS.Timeout | undefined;
  #bytesSeen = 0;

  constructor(pinged: Pinged, times: KeepAliveTimes) {
    this.#pinged = pinged;
    this.#times = times;
  }

  start(): void {
    this.#bytesSeen = this.#pinged.bytesRead();
    this.#schedule(this.#times.timeMs, () => this.#checkIdle());
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(delayMs: number, step: () => void): void {
    this.stop();
    this.#timer = setTimeout(step, delayMs).unref();
  }

  #checkIdle(): void {
    if (this.#hasSignOfLife()) return this.start();
    this.#schedule(this.#times.timeoutMs, () => this.#checkAnswer());
    const timer = this.#timer;
    this.#pinged.ping(() => {
      if (timer === this.#timer) this.start();
    });
  }

  /** A process that was itself stopped for a while finds its timers due before it reads: let it read first. */
  #checkAnswer(): void {
    const timer = this.#timer;
    setImmediate(() => {
      if (timer !== this.#timer) return;
      if (this.#hasSignOfLife()) this.start();
      else this.#pinged.dead();
    });
  }

  #hasSignOfLife(): boolean {
    return this.#pinged.bytesRead() > this.#bytesSeen;
  }
}
