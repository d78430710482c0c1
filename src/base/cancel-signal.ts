/** What those who wait for something need of an AbortSignal, which is one: whether, and when, it is of no use any more. */
export interface CancelSignal {
  readonly aborted: boolean;
  /** Why; undefined before. */
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
