import { describe, expect, it } from 'vitest';
import { lessorWorld, watched } from './lessor-world.ts';

const options = { withCheckpoints: true, checkpointIntervalMs: 60_000 };

describe('checkpoints [inv 33]', () => {
  it('survive a change of leaders: the next primary starts from what was left', () => {
    const { lessor, clock, another } = lessorWorld(options);
    lessor.promote(0);
    lessor.grant(1n, 600n);
    clock.advance(60_000);
    for (const { id, remainingTtl } of lessor.takeDueCheckpoints()) lessor.checkpoint(id, remainingTtl);
    const next = another();
    next.promote(1000);
    expect(next.remainingSeconds(1n)).toBe(541n);
    // The whole TTL is still what a renewal gives.
    expect(next.lookup(1n)?.ttlSeconds).toBe(600n);
  });

  it('reach a follower through the log and count when it is promoted, not before', () => {
    const { another } = lessorWorld(options);
    const follower = another();
    follower.grant(1n, 600n);
    follower.checkpoint(1n, 100n);
    expect(follower.remainingSeconds(1n)).toBeUndefined();
    follower.promote(0);
    expect(follower.remainingSeconds(1n)).toBe(100n);
  });

  it('do not move the expiry under the primary that made them', () => {
    const { lessor, clock } = lessorWorld(options);
    lessor.promote(0);
    lessor.grant(1n, 600n);
    clock.advance(60_000);
    lessor.checkpoint(1n, 3n);
    expect(lessor.remainingSeconds(1n)).toBe(540n);
  });

  it('are cleared by a renewal, through the log, before it counts', async () => {
    const { lessor, clock, another, proposed, buckets } = lessorWorld(options);
    lessor.promote(0);
    lessor.grant(1n, 600n);
    const granted = buckets.dump();
    clock.advance(60_000);
    for (const { id, remainingTtl } of lessor.takeDueCheckpoints()) lessor.checkpoint(id, remainingTtl);
    expect(await lessor.renew(1n)).toBe(600n);
    expect(proposed).toEqual([{ id: 1n, remainingTtl: 0n }]);
    expect(buckets.dump()).toEqual(granted);
    const next = another();
    next.promote(0);
    expect(next.remainingSeconds(1n)).toBe(600n);
    // There is nothing to clear the second time.
    await lessor.renew(1n);
    expect(proposed).toHaveLength(1);
  });

  it('from a time when they were on do not shorten a renewal where they are off', async () => {
    const { lessor, buckets } = lessorWorld();
    lessor.grant(1n, 600n);
    lessor.checkpoint(1n, 30n);
    const before = buckets.dump();
    lessor.promote(0);
    expect(lessor.remainingSeconds(1n)).toBe(30n);
    await lessor.renew(1n);
    expect(lessor.remainingSeconds(1n)).toBe(600n);
    // What is stored changes through the log alone.
    expect(buckets.dump()).toEqual(before);
  });

  it('that could not be cleared fail the renewal, which leaves the expiry as it was', async () => {
    const proposeCheckpoints = (): Promise<void> => Promise.reject(new Error('lost'));
    const { lessor, clock } = lessorWorld({ proposeCheckpoints });
    lessor.promote(0);
    lessor.grant(1n, 600n);
    lessor.checkpoint(1n, 30n);
    clock.advance(1000);
    await expect(lessor.renew(1n)).rejects.toThrow('lost');
    expect(lessor.remainingSeconds(1n)).toBe(599n);
  });

  it('let a renewal fail whose lease is revoked, or whose primary is demoted, while they are cleared', async () => {
    for (const [end, outcome] of [
      ['revoke', 'rejected etcdserver: requested lease not found'],
      ['demote', 'rejected not a primary lessor'],
    ] as const) {
      let cleared = (): void => {};
      const proposeCheckpoints = (): Promise<void> =>
        new Promise((resolve) => {
          cleared = resolve;
        });
      const { lessor } = lessorWorld({ proposeCheckpoints });
      lessor.promote(0);
      lessor.grant(1n, 600n);
      lessor.checkpoint(1n, 30n);
      const renewal = watched(lessor.renew(1n));
      expect(await renewal.state()).toBe('pending');
      if (end === 'revoke') lessor.revoke(1n);
      else lessor.demote();
      cleared();
      expect(await renewal.state()).toBe(outcome);
    }
  });

  it('go to the database as well, unless told otherwise', () => {
    const kept = lessorWorld();
    kept.lessor.grant(1n, 600n);
    kept.lessor.checkpoint(1n, 5n);
    expect(kept.buckets.dump()).toEqual({ lease: ['0000000000000001=080110d8041805'] });
    const lost = lessorWorld({ checkpointPersist: false });
    lost.lessor.grant(1n, 600n);
    lost.lessor.checkpoint(1n, 5n);
    expect(lost.buckets.dump()).toEqual({ lease: ['0000000000000001=080110d804'] });
  });

  it('of a lease that is gone by now are passed over', () => {
    const { lessor, buckets } = lessorWorld();
    lessor.checkpoint(9n, 5n);
    expect(buckets.writes).toBe(0);
    expect(lessor.exists(9n)).toBe(false);
  });
});

describe('takeDueCheckpoints', () => {
  it('gives each lease whose TTL is longer than the interval, once an interval', () => {
    const { lessor, clock } = lessorWorld(options);
    lessor.promote(0);
    lessor.grant(1n, 600n);
    lessor.grant(2n, 60n);
    clock.advance(59_999);
    expect(lessor.takeDueCheckpoints()).toEqual([]);
    clock.advance(1);
    expect(lessor.takeDueCheckpoints()).toEqual([{ id: 1n, remainingTtl: 540n }]);
    expect(lessor.takeDueCheckpoints()).toEqual([]);
    lessor.checkpoint(1n, 540n);
    clock.advance(60_000);
    expect(lessor.takeDueCheckpoints()).toEqual([{ id: 1n, remainingTtl: 480n }]);
  });

  it('leaves out a lease that is no longer than the interval, extended or not', () => {
    const { lessor, clock } = lessorWorld(options);
    lessor.grant(1n, 60n);
    lessor.promote(5000);
    clock.advance(60_000);
    expect(lessor.takeDueCheckpoints()).toEqual([]);
  });

  it('is not put off by what is applied in between, such as the clearing by a renewal', async () => {
    const { lessor, clock } = lessorWorld(options);
    lessor.promote(0);
    lessor.grant(1n, 600n);
    clock.advance(60_000);
    for (const { id, remainingTtl } of lessor.takeDueCheckpoints()) lessor.checkpoint(id, remainingTtl);
    clock.advance(30_000);
    await lessor.renew(1n);
    clock.advance(30_000);
    expect(lessor.takeDueCheckpoints()).toEqual([{ id: 1n, remainingTtl: 570n }]);
  });

  it('rounds up, so that no lease lives shorter for it [inv 31]', () => {
    const { lessor, clock } = lessorWorld(options);
    lessor.promote(0);
    lessor.grant(1n, 600n);
    clock.advance(60_001);
    expect(lessor.takeDueCheckpoints()).toEqual([{ id: 1n, remainingTtl: 540n }]);
  });

  it('passes over a lease that was renewed just now, and comes back to it', async () => {
    const { lessor, clock } = lessorWorld(options);
    lessor.promote(0);
    lessor.grant(1n, 600n);
    clock.advance(60_000);
    await lessor.renew(1n);
    expect(lessor.takeDueCheckpoints()).toEqual([]);
    clock.advance(60_000);
    expect(lessor.takeDueCheckpoints()).toEqual([{ id: 1n, remainingTtl: 540n }]);
  });

  it('comes back to a lease whose checkpoint got lost on its way, as long as more than an interval is left', () => {
    const { lessor, clock } = lessorWorld(options);
    lessor.promote(0);
    lessor.grant(1n, 150n);
    const remaining = [1, 2, 3, 4].map(() => {
      clock.advance(60_000);
      return lessor.takeDueCheckpoints().map(({ remainingTtl }) => remainingTtl);
    });
    expect(remaining).toEqual([[90n], [30n], [], []]);
  });

  it('passes over leases that have expired or are gone', () => {
    const { lessor, clock } = lessorWorld(options);
    lessor.promote(0);
    lessor.grant(1n, 600n);
    lessor.grant(2n, 61n);
    lessor.revoke(1n);
    clock.advance(61_000);
    expect(lessor.takeDueCheckpoints()).toEqual([]);
  });

  it('gives no more than asked for', () => {
    const { lessor, clock } = lessorWorld(options);
    lessor.promote(0);
    for (let id = 1n; id <= 2500n; id++) lessor.grant(id, 600n);
    clock.advance(60_000);
    expect([1, 2, 3, 4].map(() => lessor.takeDueCheckpoints().length)).toEqual([1000, 1000, 500, 0]);
  });

  it('begins anew with each term as the primary', () => {
    const { lessor, clock } = lessorWorld(options);
    lessor.grant(1n, 600n);
    lessor.promote(0);
    clock.advance(30_000);
    lessor.demote();
    lessor.promote(0);
    clock.advance(59_999);
    expect(lessor.takeDueCheckpoints()).toEqual([]);
    clock.advance(1);
    expect(lessor.takeDueCheckpoints()).toEqual([{ id: 1n, remainingTtl: 540n }]);
  });

  it('gives none where checkpoints are off', () => {
    const { lessor, clock } = lessorWorld({ checkpointIntervalMs: 60_000 });
    lessor.promote(0);
    lessor.grant(1n, 600n);
    clock.advance(300_000);
    expect(lessor.takeDueCheckpoints()).toEqual([]);
  });
});
