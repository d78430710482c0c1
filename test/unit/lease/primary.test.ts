import { describe, expect, it } from 'vitest';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { lessorWorld, watched } from './lessor-world.ts';

describe('expiry [inv 31]', () => {
  it.each([2, 5, 60, 9_000_000_000])('a lease of %d s is not given out before its TTL has passed', (ttl) => {
    const { lessor, clock } = lessorWorld();
    lessor.promote(0);
    lessor.grant(1n, BigInt(ttl));
    clock.advance(ttl * 1000 - 1);
    expect(lessor.takeExpired()).toEqual([]);
    clock.advance(1);
    expect(lessor.takeExpired()).toEqual([1n]);
  });

  it('never comes where the lessor is not the primary', () => {
    const { lessor, clock } = lessorWorld();
    lessor.grant(1n, 2n);
    clock.advance(1e9);
    expect(lessor.takeExpired()).toEqual([]);
    expect(lessor.remainingSeconds(1n)).toBeUndefined();
  });

  it('does not end the lease: only a revoke that was applied does', () => {
    const { lessor, clock } = lessorWorld();
    lessor.promote(0);
    lessor.grant(1n, 2n);
    clock.advance(5000);
    expect(lessor.takeExpired()).toEqual([1n]);
    expect(lessor.exists(1n)).toBe(true);
  });

  it('is told again after three seconds, as long as the lease is there', () => {
    const { lessor, clock } = lessorWorld();
    lessor.promote(0);
    lessor.grant(1n, 2n);
    clock.advance(2000);
    expect(lessor.takeExpired()).toEqual([1n]);
    clock.advance(2999);
    expect(lessor.takeExpired()).toEqual([]);
    clock.advance(1);
    expect(lessor.takeExpired()).toEqual([1n]);
    lessor.revoke(1n);
    clock.advance(10_000);
    expect(lessor.takeExpired()).toEqual([]);
  });

  it('is told of those first that expired first, no more than asked for at once', () => {
    const { lessor, clock } = lessorWorld();
    lessor.promote(0);
    for (const id of [3n, 1n, 2n]) lessor.grant(id, 10n * id);
    clock.advance(60_000);
    expect(lessor.takeExpired(2)).toEqual([1n, 2n]);
    expect(lessor.takeExpired(2)).toEqual([3n]);
  });

  it('is told of five hundred at a time: a thousand a second when asked every half second [inv 32]', () => {
    const { lessor, clock } = lessorWorld();
    lessor.promote(0);
    for (let id = 1n; id <= 1200n; id++) lessor.grant(id, 10n);
    clock.advance(10_000);
    expect([1, 2, 3].map(() => lessor.takeExpired().length)).toEqual([500, 500, 200]);
  });
});

describe('renew', () => {
  it('starts the whole TTL anew', async () => {
    const { lessor, clock } = lessorWorld();
    lessor.promote(0);
    lessor.grant(1n, 60n);
    clock.advance(59_000);
    expect(await lessor.renew(1n)).toBe(60n);
    expect(lessor.remainingSeconds(1n)).toBe(60n);
    clock.advance(59_999);
    expect(lessor.takeExpired()).toEqual([]);
  });

  it('gives the TTL that was granted, not the one that was asked for', async () => {
    const { lessor } = lessorWorld({ minTtlSeconds: 8n });
    lessor.promote(0);
    lessor.grant(1n, 1n);
    expect(await lessor.renew(1n)).toBe(8n);
  });

  it('writes nothing: renewals do not go through the log', async () => {
    const { lessor, buckets } = lessorWorld({ withCheckpoints: true });
    lessor.promote(0);
    lessor.grant(1n, 6000n);
    const before = buckets.writes;
    await lessor.renew(1n);
    expect(buckets.writes).toBe(before);
  });

  it('is refused where the lessor is not the primary, whether the lease is known or not', async () => {
    const { lessor } = lessorWorld();
    lessor.grant(1n, 60n);
    await expect(lessor.renew(1n)).rejects.toThrow(refuse.notPrimary());
    await expect(lessor.renew(2n)).rejects.toThrow(refuse.notPrimary());
  });

  it('is refused for a lease that is unknown', async () => {
    const { lessor } = lessorWorld();
    lessor.promote(0);
    await expect(lessor.renew(2n)).rejects.toThrow(refuse.leaseNotFound());
  });
});

describe('renewing an expired lease [inv 34]', () => {
  const expired = () => {
    const world = lessorWorld();
    world.lessor.promote(0);
    world.lessor.grant(1n, 2n);
    world.clock.advance(2000);
    return { ...world, renewals: [watched(world.lessor.renew(1n)), watched(world.lessor.renew(1n))] };
  };
  const states = async (renewals: readonly ReturnType<typeof watched>[]) =>
    await Promise.all(renewals.map(async (renewal) => await renewal.state()));

  it('waits, and does not bring it back', async () => {
    const { clock, lessor, renewals } = expired();
    clock.advance(60_000);
    expect(await states(renewals)).toEqual(['pending', 'pending']);
    expect(lessor.takeExpired()).toEqual([1n]);
  });

  it('ends with "not found" when the lease is revoked', async () => {
    const { lessor, renewals } = expired();
    lessor.revoke(1n);
    const gone = 'rejected etcdserver: requested lease not found';
    expect(await states(renewals)).toEqual([gone, gone]);
  });

  it('does not take a new lease of the same id for the old one', async () => {
    const { lessor, renewals } = expired();
    lessor.revoke(1n);
    lessor.grant(1n, 60n);
    expect((await states(renewals))[0]).toBe('rejected etcdserver: requested lease not found');
  });

  it.each(['demote', 'close'] as const)(
    'ends with "not a primary" at %s, so that the client asks the next one',
    async (end) => {
      const { lessor, renewals } = expired();
      lessor[end]();
      expect((await states(renewals))[1]).toBe('rejected not a primary lessor');
    },
  );

  it('ends well if this very member is made the primary again, which gave the lease its TTL back', async () => {
    const { lessor, renewals } = expired();
    lessor.demote();
    lessor.promote(1000);
    expect(await states(renewals)).toEqual(['resolved 2', 'resolved 2']);
  });
});

describe('promote [inv 32]', () => {
  it('extends every lease by the time given, beyond its TTL', () => {
    const { lessor, clock } = lessorWorld();
    for (const id of [1n, 2n, 3n]) lessor.grant(id, 10n * id);
    clock.advance(1e6);
    lessor.promote(1500);
    for (const id of [1n, 2n, 3n]) {
      clock.advance(id === 1n ? 11_499 : 9999);
      expect(lessor.takeExpired()).toEqual([]);
      clock.advance(1);
      expect(lessor.takeExpired()).toEqual([id]);
      lessor.revoke(id);
    }
  });

  it('gives a lease that had expired under the last primary its time again', () => {
    const { lessor, clock } = lessorWorld();
    lessor.promote(0);
    lessor.grant(1n, 10n);
    clock.advance(20_000);
    lessor.demote();
    lessor.promote(1000);
    expect(lessor.takeExpired()).toEqual([]);
    expect(lessor.remainingSeconds(1n)).toBe(11n);
  });

  it('spreads the expiries of many so that none waits for its revoke, and none comes early', () => {
    const { lessor, clock } = lessorWorld();
    for (let id = 1n; id <= 5000n; id++) lessor.grant(id, 10n);
    lessor.promote(1000);
    clock.advance(11_000 - 1);
    expect(lessor.takeExpired(5000)).toEqual([]);
    clock.advance(1);
    const seen = new Set(lessor.takeExpired(5000));
    expect(seen.size).toBeLessThanOrEqual(500);
    for (let halfSeconds = 0; seen.size < 5000; halfSeconds++) {
      expect(halfSeconds).toBeLessThan(20);
      clock.advance(500);
      const expired = lessor.takeExpired(5000);
      expect(expired.length).toBeLessThanOrEqual(500);
      for (const id of expired) {
        seen.add(id);
        lessor.revoke(id);
      }
    }
  });

  it('leaves fewer than a thousand as they are', () => {
    const { lessor, clock } = lessorWorld();
    for (let id = 1n; id <= 999n; id++) lessor.grant(id, 10n);
    lessor.promote(0);
    clock.advance(10_000);
    expect(lessor.takeExpired(2000)).toHaveLength(999);
  });

  it('runs for leases that are granted later', () => {
    const { lessor, clock } = lessorWorld();
    lessor.promote(5000);
    lessor.grant(1n, 10n);
    clock.advance(10_000);
    expect(lessor.takeExpired()).toEqual([1n]);
  });

  it('is over with close', () => {
    const { lessor } = lessorWorld();
    lessor.close();
    lessor.promote(0);
    expect(lessor.isPrimary).toBe(false);
  });
});

describe('demote [inv 36]', () => {
  it('gives out nothing more, even what had expired: it may have been renewed elsewhere', async () => {
    const { lessor, clock } = lessorWorld({ withCheckpoints: true, checkpointIntervalMs: 1000 });
    lessor.promote(0);
    lessor.grant(1n, 10n);
    clock.advance(20_000);
    lessor.demote();
    expect(lessor.isPrimary).toBe(false);
    expect(lessor.takeExpired()).toEqual([]);
    expect(lessor.takeDueCheckpoints()).toEqual([]);
    await expect(lessor.renew(1n)).rejects.toThrow(refuse.notPrimary());
  });

  it('keeps the leases', () => {
    const { lessor } = lessorWorld();
    lessor.promote(0);
    lessor.grant(1n, 10n);
    lessor.demote();
    expect(lessor.lookup(1n)).toMatchObject({ id: 1n, ttlSeconds: 10n });
    // What is left of them is not known here any more.
    expect(lessor.remainingSeconds(1n)).toBeUndefined();
  });
});

describe('remainingSeconds', () => {
  it.each([
    [0, 10n],
    [1, 9n],
    [1000, 9n],
    [9001, 0n],
    [10_000, 0n],
    [10_999, 0n],
    [11_000, -1n],
  ])('after %d ms of 10 s is %d: whole seconds, cut off', (passedMs, remaining) => {
    const { lessor, clock } = lessorWorld();
    lessor.promote(0);
    lessor.grant(1n, 10n);
    clock.advance(passedMs);
    expect(lessor.remainingSeconds(1n)).toBe(remaining);
  });

  it('is refused for a lease that is unknown', () => {
    expect(() => lessorWorld().lessor.remainingSeconds(1n)).toThrow(refuse.leaseNotFound());
  });
});

describe('leases', () => {
  it('lists those first that expire first', () => {
    const { lessor, clock } = lessorWorld();
    lessor.promote(0);
    lessor.grant(1n, 30n);
    lessor.grant(2n, 10n);
    clock.advance(5000);
    lessor.grant(3n, 10n);
    expect(lessor.leases().map(({ id }) => id)).toEqual([2n, 3n, 1n]);
  });

  it('lists by id what expires together, and all where time does not run', () => {
    const { lessor } = lessorWorld();
    for (const id of [5n, -1n, 3n, 4n]) lessor.grant(id, 10n * (id + 2n));
    expect(lessor.leases().map(({ id }) => id)).toEqual([-1n, 3n, 4n, 5n]);
  });
});
