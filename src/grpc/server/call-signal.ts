import type { CancelSignal } from '../../base/index.ts';

/** The end of a call, for those who do something on its behalf. Every call has one, and an AbortSignal costs as much as the rest of it. */
export class CallSignal implements CancelSignal {
  #reason: unknown;
  #isAborted = false;
  readonly #listeners = new Set<() => void>();

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** Each listener is called once at most. One that comes too late is not called, as with an AbortSignal. */
  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  abort(reason: unknown): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}
