import { GrpcError, StatusCode } from '../grpc/index.ts';
import type { CallBounds } from './api.ts';

/** Timers take no longer delay than this; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The error of bounds that have run out; undefined while they hold. */
export function boundsError({ deadline, signal }: CallBounds): GrpcError | undefined {
  if (signal?.aborted) return new GrpcError(StatusCode.Canceled, 'context canceled', { unprocessed: true });
  if (deadline?.hasPassed) {
    return new GrpcError(StatusCode.DeadlineExceeded, 'context deadline exceeded', { unprocessed: true });
  }
  return undefined;
}

/** Waits for a promise that others may wait for too. Rejects with GrpcError when the bounds run out first. */
export function within<T>(promise: Promise<T>, bounds: CallBounds): Promise<T> {
  const { deadline, signal } = bounds;
  if (deadline?.isFinite !== true && signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', check);
    };
    const check = (): void => {
      const error = boundsError(bounds);
      if (error === undefined) return arm();
      settle();
      reject(error);
    };
    const arm = (): void => {
      if (deadline?.isFinite === true)
        timer = setTimeout(check, Math.min(Math.ceil(deadline.remainingMs()), MAX_TIMER_MS));
    };
    signal?.addEventListener('abort', check);
    check();
    promise.finally(settle).then(resolve, reject);
  });
}

/** Sleeps; rejects with GrpcError when the bounds run out first. */
export function pause(ms: number, bounds: CallBounds = {}): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const slept = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return within(slept, bounds).finally(() => clearTimeout(timer));
}

/** A duration with up to a tenth more or less, so that many clients do not come back at the same moment. */
export const jittered = (ms: number): number => ms * (0.9 + 0.2 * Math.random());
