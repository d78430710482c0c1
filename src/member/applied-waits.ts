interface Waiter {
  readonly index: bigint;
  readonly settle: () => void;
  readonly fail: (error: Error) => void;
}

/** Those who wait until the log is applied up to an index. */
export class AppliedWaits {
  #applied = 0n;
  #waiters: Waiter[] = [];
  #closed: Error | undefined;

  get applied(): bigint {
    return this.#applied;
  }

  /** Resolves at once if it is applied. @param signal ends the wait, with its reason */
  until(index: bigint, signal?: AbortSignal): Promise<void> {
    if (index <= this.#applied) return Promise.resolve();
    if (this.#closed) return Promise.reject(this.#closed);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { index, settle: resolve, fail: reject };
      this.#waiters.push(waiter);
      signal?.addEventListener('abort', () => this.#giveUp(waiter, signal), { once: true });
    });
  }

  reached(index: bigint): void {
    this.#applied = index;
    if (this.#waiters.length === 0) return;
    const due = this.#waiters.filter((waiter) => waiter.index <= index);
    if (due.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => waiter.index > index);
    for (const { settle } of due) settle();
  }

  close(error: Error): void {
    this.#closed = error;
    for (const { fail } of this.#waiters) fail(error);
    this.#waiters = [];
  }

  #giveUp(waiter: Waiter, signal: AbortSignal): void {
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
    const { reason } = signal as { reason: unknown };
    waiter.fail(reason instanceof Error ? reason : new Error(String(reason)));
  }
}
