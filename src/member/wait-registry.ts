import type { CancelSignal, Clock } from '../base/index.ts';
import { refuse } from '../wire/etcd-error.ts';

interface Waiter<T> {
  readonly sinceMs: number;
  readonly settle: (value: T) => void;
  readonly fail: (error: Error) => void;
  readonly forgetSignal: (() => void) | undefined;
}

/**
 * Those who wait for an entry of the log to be applied, by the id of their request. All wait equally long, so that one
 * timer, for the oldest, is enough.
 */
export class WaitRegistry<T> {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #timeoutError: (sinceMs: number) => Error;
  /** In order of their beginning, hence of their deadlines. */
  readonly #waiters = new Map<bigint, Waiter<T>>();
  #cancelTimer: (() => void) | undefined;
  #closed: Error | undefined;

  /** @param timeoutError tells why one who began to wait at that time of the clock had to give up */
  constructor(clock: Clock, timeoutMs: number, timeoutError: (sinceMs: number) => Error) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#timeoutError = timeoutError;
  }

  get size(): number {
    return this.#waiters.size;
  }

  isWaited(id: bigint): boolean {
    return this.#waiters.has(id);
  }

  /** Rejects when the time is up, when `signal` aborts, and when the registry is closed. */
  wait(id: bigint, signal?: CancelSignal): Promise<T> {
    if (this.#closed) return Promise.reject(this.#closed);
    if (signal?.aborted) return Promise.reject(refuse.canceled());
    return new Promise<T>((settle, fail) => {
      const forgetSignal = signal && this.#follow(id, signal);
      this.#waiters.set(id, { sinceMs: this.#clock.nowMs(), settle, fail, forgetSignal });
      this.#cancelTimer ??= this.#clock.after(this.#timeoutMs, () => this.#expire());
    });
  }

  /** Answers who waits for `id`; false if no one does. */
  resolve(id: bigint, value: T): boolean {
    const waiter = this.#take(id);
    waiter?.settle(value);
    return waiter !== undefined;
  }

  reject(id: bigint, error: Error): boolean {
    const waiter = this.#take(id);
    waiter?.fail(error);
    return waiter !== undefined;
  }

  /** Rejects all who wait and will. No timer is left. */
  close(error: Error): void {
    this.#closed = error;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (const id of this.#waiters.keys()) this.reject(id, error);
  }

  #follow(id: bigint, signal: CancelSignal): () => void {
    const abort = (): void => void this.reject(id, refuse.canceled());
    signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  }

  #take(id: bigint): Waiter<T> | undefined {
    const waiter = this.#waiters.get(id);
    if (!waiter) return undefined;
    this.#waiters.delete(id);
    waiter.forgetSignal?.();
    return waiter;
  }

  #expire(): void {
    this.#cancelTimer = undefined;
    const nowMs = this.#clock.nowMs();
    for (const [id, { sinceMs }] of this.#waiters) {
      const leftMs = sinceMs + this.#timeoutMs - nowMs;
      if (leftMs > 0) {
        this.#cancelTimer = this.#clock.after(leftMs, () => this.#expire());
        return;
      }
      this.reject(id, this.#timeoutError(sinceMs));
    }
  }
}
