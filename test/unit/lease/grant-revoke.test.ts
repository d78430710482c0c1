import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TTL_SECONDS } from '../../../src/lease/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { bytes, lessorWorld, texts } from './lessor-world.ts';

describe('grant', () => {
  it.each([
    ['the least TTL', 2n, 2n],
    ['a shorter one', 1n, 2n],
    ['none', 0n, 2n],
    ['a negative one', -5n, 2n],
    ['the least int64', -0x8000000000000000n, 2n],
    ['a longer one', 3n, 3n],
    ['the longest', MAX_TTL_SECONDS, MAX_TTL_SECONDS],
  ])('%s: a TTL of %d gives %d', (_what, asked, given) => {
    const { lessor } = lessorWorld();
    expect(lessor.grant(7n, asked)).toMatchObject({ id: 7n, ttlSeconds: given });
    expect(lessor.lookup(7n)).toMatchObject({ id: 7n, ttlSeconds: given });
    expect(lessor.exists(7n)).toBe(true);
  });

  it.each([
    ['a TTL beyond the longest', 1n, MAX_TTL_SECONDS + 1n, refuse.leaseTtlTooLarge],
    ['the largest int64', 1n, 0x7fffffffffffffffn, refuse.leaseTtlTooLarge],
    ['an id in use', 9n, 60n, refuse.leaseExists],
    ['no id', 0n, 60n, refuse.leaseNotFound],
    // etcd looks at the TTL before it looks for the id.
    ['an id in use and a TTL too large', 9n, MAX_TTL_SECONDS + 1n, refuse.leaseTtlTooLarge],
  ])('refuses %s and changes nothing', (_what, id, ttl, refusal) => {
    const { lessor, buckets } = lessorWorld();
    lessor.grant(9n, 60n);
    const before = buckets.writes;
    expect(() => lessor.grant(id, ttl)).toThrow(refusal());
    expect(buckets.writes).toBe(before);
    expect(lessor.size).toBe(1);
  });

  it('is the same wherever it is applied: neither the clock nor being primary shows in what is stored', () => {
    const [here, there] = [lessorWorld(), lessorWorld()];
    there.clock.advance(123_456);
    there.lessor.promote(1000);
    for (const { lessor } of [here, there]) {
      lessor.grant(1n, 60n);
      lessor.grant(2n, 5n);
      lessor.checkpoint(1n, 30n);
    }
    expect(here.buckets.dump()).toEqual(there.buckets.dump());
  });
});

describe('revoke [inv 35]', () => {
  it('gives every key of the lease at once, in order of their bytes, so that all go in one revision', () => {
    const { lessor } = lessorWorld();
    lessor.grant(1n, 60n);
    lessor.grant(2n, 60n);
    const keys = ['b', 'a', 'a\x00', '\xff\xff', '\x00', 'ab', '\x80'];
    for (const key of keys) lessor.attach(1n, bytes(key));
    lessor.attach(2n, bytes('other'));
    expect(texts(lessor.revoke(1n))).toEqual(['\x00', 'a', 'a\x00', 'ab', 'b', '\x80', '\xff\xff']);
    expect(texts(lessor.keysOf(2n))).toEqual(['other']);
    expect(lessor.exists(1n)).toBe(false);
  });

  it('refuses an id that is unknown, or no longer known', () => {
    const { lessor } = lessorWorld();
    lessor.grant(1n, 60n);
    lessor.revoke(1n);
    expect(() => lessor.revoke(1n)).toThrow(refuse.leaseNotFound());
    expect(() => lessor.revoke(0n)).toThrow(refuse.leaseNotFound());
  });

  it('leaves the id free for another lease, which has none of the keys', () => {
    const { lessor } = lessorWorld();
    lessor.grant(1n, 60n);
    lessor.attach(1n, bytes('a'));
    lessor.revoke(1n);
    lessor.grant(1n, 90n);
    expect(lessor.keysOf(1n)).toEqual([]);
  });
});

describe('attach and detach', () => {
  it('take a key once, and give up one that is there or not', () => {
    const { lessor } = lessorWorld();
    lessor.grant(1n, 60n);
    lessor.attach(1n, bytes('a'));
    lessor.attach(1n, bytes('a'));
    lessor.attach(1n, bytes('b'));
    lessor.detach(1n, bytes('a'));
    lessor.detach(1n, bytes('never'));
    expect(texts(lessor.keysOf(1n))).toEqual(['b']);
  });

  it('pass over a lease that is not there', () => {
    const { lessor } = lessorWorld();
    lessor.attach(4n, bytes('a'));
    lessor.detach(4n, bytes('a'));
    expect(lessor.keysOf(4n)).toEqual([]);
    expect(lessor.exists(4n)).toBe(false);
  });

  it('write nothing: the keys themselves are the record', () => {
    const { lessor, buckets } = lessorWorld();
    lessor.grant(1n, 60n);
    const before = buckets.writes;
    lessor.attach(1n, bytes('a'));
    lessor.detach(1n, bytes('a'));
    expect(buckets.writes).toBe(before);
  });

  it('tell keys apart by their bytes, not by the array or by what the bytes may mean', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 4 })), fc.array(fc.uint8Array({ maxLength: 4 })), (on, off) => {
        const { lessor } = lessorWorld();
        lessor.grant(1n, 60n);
        const model = new Set<string>();
        for (const key of on) {
          // A view into a larger array, as a decoder gives it.
          lessor.attach(1n, Uint8Array.of(9, ...key, 9).subarray(1, key.length + 1));
          model.add(Buffer.from(key).toString('hex'));
        }
        for (const key of off) {
          lessor.detach(1n, key);
          model.delete(Buffer.from(key).toString('hex'));
        }
        expect(new Set(lessor.keysOf(1n).map((key) => Buffer.from(key).toString('hex')))).toEqual(model);
      }),
    );
  });
});
