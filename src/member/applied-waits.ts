import type { CancelSignal } from '../base/index.ts';

interface Waiter {
  readonly index: bigint;
  readonly settle: () => void;
  readonly fail: (error: Error) => void;
  readonly signal: CancelSignal | undefined;
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
  until(index: bigint, signal?: CancelSignal): Promise<void> {
    if (index <= this.#applied) return Promise.resolve();
    if (this.#closed) return Promise.reject(this.#closed);
    return new Promise((resolve, reject) => {
      const forget = signal && this.#follow(index, reject, signal);
      const settle = (): void => (forget?.(), resolve());
      const fail = (error: Error): void => (forget?.(), reject(error));
      this.#waiters.push({ index, settle, fail, signal });
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

  /** Returns what ends it: a signal may live much longer than the wait. */
  #follow(index: bigint, reject: (reason: Error) => void, signal: CancelSignal): () => void {
    const abort = (): void => {
      this.#waiters = this.#waiters.filter((waiter) => waiter.signal !== signal || waiter.index !== index);
      const reason: unknown = signal.reason;
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
    signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  }
}
