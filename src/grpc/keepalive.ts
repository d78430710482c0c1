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
  #aliveAtMs = performance.now();

  constructor(pinged: Pinged, times: KeepAliveTimes) {
    this.#pinged = pinged;
    this.#times = times;
  }

  /** A connection that has been silent for long gets its ping at once: the peer may have gone unnoticed. */
  start(): void {
    this.#noteLife();
    const silentMs = performance.now() - this.#aliveAtMs;
    this.#schedule(Math.max(0, this.#times.timeMs - silentMs), () => this.#checkIdle());
  }

  stop(): void {
    this.#noteLife();
    this.#cancelTimer();
  }

  #checkIdle(): void {
    if (this.#noteLife()) return this.start();
    this.#schedule(this.#times.timeoutMs, () => this.#checkAnswer());
    const timer = this.#timer;
    this.#pinged.ping(() => {
      this.#aliveAtMs = performance.now();
      if (timer === this.#timer) this.start();
    });
  }

  /** A process that was itself stopped for a while finds its timers due before it reads: let it read first. */
  #checkAnswer(): void {
    const timer = this.#timer;
    setImmediate(() => {
      if (timer !== this.#timer) return;
      if (this.#noteLife()) this.start();
      else this.#pinged.dead();
    });
  }

  /** Whether anything has arrived since the last look. */
  #noteLife(): boolean {
    const bytes = this.#pinged.bytesRead();
    if (bytes === this.#bytesSeen) return false;
    this.#bytesSeen = bytes;
    this.#aliveAtMs = performance.now();
    return true;
  }

  #schedule(delayMs: number, step: () => void): void {
    this.#cancelTimer();
    this.#timer = setTimeout(step, delayMs).unref();
  }

  #cancelTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
