import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadline } from '../../../src/base/index.ts';
import { boundsError, jittered, pause, within } from '../../../src/client/pause.ts';
import { StatusCode } from '../../../src/grpc/index.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new Promise<never>(() => undefined);
const deadlineError = { code: StatusCode.DeadlineExceeded, details: 'context deadline exceeded', unprocessed: true };
const cancelError = { code: StatusCode.Canceled, details: 'context canceled', unprocessed: true };

describe('boundsError', () => {
  it('is undefined while the bounds hold', () => {
    expect(boundsError({})).toBeUndefined();
    expect(boundsError({ deadline: Deadline.after(5), signal: new AbortController().signal })).toBeUndefined();
    expect(boundsError({ deadline: Deadline.never })).toBeUndefined();
  });

  it('tells a cancellation before a deadline', () => {
    expect(boundsError({ deadline: Deadline.after(0) })).toMatchObject(deadlineError);
    expect(boundsError({ deadline: Deadline.after(0), signal: AbortSignal.abort() })).toMatchObject(cancelError);
  });
});

describe('within', () => {
  it('passes the outcome on', async () => {
    const bounds = { deadline: Deadline.after(1000), signal: new AbortController().signal };
    await expect(within(Promise.resolve(1), bounds)).resolves.toBe(1);
    await expect(within(Promise.reject(new Error('x')), bounds)).rejects.toThrow('x');
    await expect(within(Promise.resolve(2), {})).resolves.toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with the deadline', async () => {
    const waiting = expect(within(never, { deadline: Deadline.after(100) })).rejects.toMatchObject(deadlineError);
    await vi.advanceTimersByTimeAsync(100);
    await waiting;
  });

  it('waits longer than one timer can', async () => {
    const twoMonthsMs = 60 * 86_400_000;
    let isOver = false;
    const waiting = within(never, { deadline: Deadline.after(twoMonthsMs) }).catch(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(twoMonthsMs - 1);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(2);
    await waiting;
    expect(isOver).toBe(true);
  });

  it('ends with the signal, and lets go of it', async () => {
    const controller = new AbortController();
    const waiting = within(never, { signal: controller.signal, deadline: Deadline.after(100) });
    controller.abort();
    await expect(waiting).rejects.toMatchObject(cancelError);
    expect(vi.getTimerCount()).toBe(0);
    await expect(within(never, { signal: controller.signal })).rejects.toMatchObject(cancelError);
  });
});

describe('pause', () => {
  it('sleeps', async () => {
    let isOver = false;
    const sleeping = pause(50).then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(49);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await sleeping;
  });

  it('is cut short by the bounds and leaves no timer behind', async () => {
    const controller = new AbortController();
    const sleeping = pause(50, { signal: controller.signal });
    controller.abort();
    await expect(sleeping).rejects.toMatchObject(cancelError);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('jitters by up to a tenth', () => {
  const values = Array.from({ length: 200 }, () => jittered(100));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(90);
  expect(Math.max(...values)).toBeLessThanOrEqual(110);
});
