import type { Clock } from '../../base/index.ts';

/** Does something again and again: each time so long after the last one is done. Returns what ends that. */
export function repeat(clock: Clock, everyMs: number, task: () => void | Promise<void>): () => void {
  let isStopped = false;
  let cancel: (() => void) | undefined;
  const run = async (): Promise<void> => {
    try {
      await task();
    } catch {
      // What failed is logged by the task, and tried again the next time.
    }
    if (!isStopped) cancel = clock.after(everyMs, () => void run());
  };
  cancel = clock.after(everyMs, () => void run());
  return () => {
    isStopped = true;
    cancel?.();
  };
}
