import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadline } from '../../../src/base/index.ts';
import { Recovery } from '../../../src/client/recovery.ts';
import { GrpcError, StatusCode } from '../../../src/grpc/index.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const error = (code: number, details = 'x'): GrpcError => new GrpcError(code, details);
const noLeader = error(StatusCode.Unavailable, 'etcdserver: no leader');
const stale = error(StatusCode.Unauthenticated, 'etcdserver: invalid auth token');

function recoveryOf({ leaderPatienceMs = Number.POSITIVE_INFINITY, isClosed = false, renews = false } = {}) {
  const renewToken = vi.fn(async (_: GrpcError, renewals: number) => renews && renewals === 0);
  return { recovery: new Recovery({ renewToken, isClosed }, leaderPatienceMs), renewToken };
}

async function after(recovery: Recovery, failure: GrpcError | undefined, bounds = {}): Promise<unknown> {
  const outcome = recovery.after(failure, bounds).then(
    () => 'again',
    (reason: unknown) => reason,
  );
  await vi.advanceTimersByTimeAsync(200);
  return outcome;
}

describe('Recovery', () => {
  it.each([
    undefined,
    error(StatusCode.Unavailable),
    error(StatusCode.Internal),
    error(StatusCode.Canceled, 'etcdserver: watch canceled'),
  ])('goes on after %s', async (failure) => {
    expect(await after(recoveryOf().recovery, failure)).toBe('again');
  });

  it.each([
    error(StatusCode.PermissionDenied),
    error(StatusCode.InvalidArgument),
    error(StatusCode.Unimplemented),
    error(StatusCode.ResourceExhausted),
    stale,
  ])('gives up after %s', async (failure) => {
    expect(await after(recoveryOf().recovery, failure)).toBe(failure);
  });

  it('does not put up with the same odd failure for ever', async () => {
    const { recovery } = recoveryOf();
    const odd = error(StatusCode.Internal);
    for (let count = 0; count < 10; count++) expect(await after(recovery, odd)).toBe('again');
    expect(await after(recovery, odd)).toBe(odd);
    recovery.progressed();
    expect(await after(recovery, odd)).toBe('again');
    for (let count = 0; count < 100; count++)
      expect(await after(recovery, error(StatusCode.Unavailable))).toBe('again');
  });

  it('renews the token once between two signs of life', async () => {
    const { recovery, renewToken } = recoveryOf({ renews: true });
    expect(await after(recovery, stale)).toBe('again');
    expect(await after(recovery, stale)).toBe(stale);
    recovery.progressed();
    expect(await after(recovery, stale)).toBe('again');
    expect(renewToken.mock.calls.map(([, renewals]) => renewals)).toEqual([0, 1, 0]);
  });

  it('passes a failed renewal on', async () => {
    const { recovery, renewToken } = recoveryOf();
    const wrong = error(StatusCode.InvalidArgument, 'wrong password');
    renewToken.mockRejectedValue(wrong);
    expect(await after(recovery, stale)).toBe(wrong);
  });

  it('gives an election time, and as much again after a sign of life', async () => {
    const { recovery } = recoveryOf({ leaderPatienceMs: 500 });
    expect(await after(recovery, noLeader)).toBe('again');
    expect(await after(recovery, noLeader)).toBe('again');
    recovery.progressed();
    expect(await after(recovery, noLeader)).toBe('again');
    expect(await after(recovery, noLeader)).toBe('again');
    expect(await after(recovery, noLeader)).toBe('again');
    expect(await after(recovery, noLeader)).toBe(noLeader);
  });

  it('waits for a leader without end unless told otherwise', async () => {
    const { recovery } = recoveryOf();
    for (let count = 0; count < 100; count++) expect(await after(recovery, noLeader)).toBe('again');
  });

  it('heeds the bounds', async () => {
    const { recovery } = recoveryOf();
    const late = await after(recovery, error(StatusCode.Unavailable), { deadline: Deadline.after(0) });
    expect(late).toMatchObject({ code: StatusCode.DeadlineExceeded });
    // The failure itself knows more than that the time is up.
    const known = error(StatusCode.DeadlineExceeded, 'with a cause');
    expect(await after(recovery, known, { deadline: Deadline.after(0) })).toBe(known);
    expect(await after(recovery, undefined, { signal: AbortSignal.abort() })).toMatchObject({
      code: StatusCode.Canceled,
    });
  });

  it('ends with the client', async () => {
    const closed = error(StatusCode.Canceled, 'the channel is closed');
    expect(await after(recoveryOf({ isClosed: true }).recovery, closed)).toBe(closed);
  });

  it('waits longer each time, up to a tenth of a second', async () => {
    const { recovery } = recoveryOf();
    const waits: number[] = [];
    for (let round = 0; round < 9; round++) {
      const start = performance.now();
      const done = recovery.after(undefined, {}).then(() => waits.push(performance.now() - start));
      await vi.advanceTimersByTimeAsync(120);
      await done;
    }
    expect(waits[0]).toBeLessThan(4);
    expect(waits[8]).toBeGreaterThanOrEqual(90);
    expect(Math.max(...waits)).toBeLessThanOrEqual(111);
  });
});
