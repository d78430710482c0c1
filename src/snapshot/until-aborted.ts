/** Passes items on until the signal fires, even while none come. @throws what the source throws, or the signal's reason */
export async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  if (!signal) {
    yield* items;
    return;
  }
  const iterator = items[Symbol.asyncIterator]();
  const { promise: aborted, release } = abortion(signal);
  try {
    for (;;) {
      signal.throwIfAborted();
      const result = await Promise.race([iterator.next(), aborted]);
      signal.throwIfAborted();
      if (!result || result.done === true) return;
      yield result.value;
    }
  } finally {
    release();
    // Not waited for: what is asked for already may never come.
    iterator.return?.()?.catch(() => undefined);
  }
}

function abortion(signal: AbortSignal): { promise: Promise<void>; release: () => void } {
  const listening = new AbortController();
  const promise = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { signal: listening.signal });
  });
  return { promise, release: () => listening.abort() };
}
