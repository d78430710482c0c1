/** A signal that fires with the first of several. `release` lets go of them. */
export function linkSignals(...signals: readonly (AbortSignal | undefined)[]): {
  readonly signal: AbortSignal;
  release(): void;
} {
  const linked = new AbortController();
  const fire = (): void => linked.abort();
  for (const signal of signals) {
    if (signal?.aborted) fire();
    signal?.addEventListener('abort', fire);
  }
  return {
    signal: linked.signal,
    release: () => {
      for (const signal of signals) signal?.removeEventListener('abort', fire);
    },
  };
}
