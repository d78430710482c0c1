import type { Deadline } from '../base/index.ts';
import type { CallOptions } from './types.ts';

/** The longest delay that a timer takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface BoundsListener {
  deadlinePassed(): void;
  aborted(reason: unknown): void;
}

/** Watches over the deadline and the signal of one call. Returns what stops the watch. */
export function watchBounds({ deadline, signal }: CallOptions, listener: BoundsListener): () => void {
  const stopTimer = deadline?.isFinite === true ? watchDeadline(deadline, () => listener.deadlinePassed()) : undefined;
  const onAbort = (): void => listener.aborted(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  return () => {
    stopTimer?.();
    signal?.removeEventListener('abort', onAbort);
  };
}

/** Timers may fire a little early by the monotonic clock, and cannot wait for longer than 24 days: both just wait on. */
function watchDeadline(deadline: Deadline, onPassed: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    timer = setTimeout(check, Math.min(Math.ceil(deadline.remainingMs()), MAX_TIMER_MS));
  };
  const check = (): void => (deadline.hasPassed ? onPassed() : wait());
  wait();
  return () => clearTimeout(timer);
}
