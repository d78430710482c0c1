import { describe, expect, it } from 'vitest';
import { Lessor } from '../../../src/lease/index.ts';
import { dumpOf, MemoryBuckets } from '../../support/memory-buckets.ts';
import { lessorWorld } from './lessor-world.ts';

/** Ids with the key and the value of their records, as etcd writes them. */
const RECORDS: readonly (readonly [what: string, id: bigint, ttl: bigint, checkpoint: bigint, record: string])[] = [
  ['a small id', 1n, 60n, 0n, '0000000000000001=0801103c'],
  ['a usual id', 0x32698c9e5d1ac40bn, 300n, 0n, '32698c9e5d1ac40b=088b88ebe8e593e3b43210ac02'],
  ['a checkpoint', 2n, 600n, 599n, '0000000000000002=080210d80418d704'],
  ['the largest id', 0x7fffffffffffffffn, 2n, 0n, '7fffffffffffffff=08ffffffffffffffff7f1002'],
  ['a negative id', -1n, 2n, 0n, 'ffffffffffffffff=08ffffffffffffffffff011002'],
  ['the longest TTL', 3n, 9_000_000_000n, 0n, '0000000000000003=08031080b4c4c321'],
];

describe('the bucket `lease`', () => {
  it.each(RECORDS)('holds %s as etcd writes it', (_what, id, ttl, checkpoint, record) => {
    const { lessor, buckets } = lessorWorld();
    lessor.grant(id, ttl);
    if (checkpoint > 0n) lessor.checkpoint(id, checkpoint);
    expect(buckets.dump()).toEqual({ lease: [record] });
    expect(dumpOf(lessor.capture())).toEqual({ lease: [record] });
  });

  it.each(RECORDS)('is read back: %s', (_what, id, ttl, checkpoint) => {
    const { lessor, another } = lessorWorld();
    lessor.grant(id, ttl);
    if (checkpoint > 0n) lessor.checkpoint(id, checkpoint);
    const read = another();
    expect(read.lookup(id)).toMatchObject({ id, ttlSeconds: ttl });
    read.promote(0);
    expect(read.remainingSeconds(id)).toBe(checkpoint > 0n ? checkpoint : ttl);
  });

  it('loses the record of a lease that is revoked', () => {
    const { lessor, buckets } = lessorWorld();
    lessor.grant(5n, 60n);
    lessor.revoke(5n);
    expect(buckets.dump()).toEqual({});
    expect(dumpOf(lessor.capture())).toEqual({});
  });

  it('raises a TTL from another configuration to the least TTL of this member', () => {
    const { lessor, another } = lessorWorld({ minTtlSeconds: 2n });
    lessor.grant(5n, 3n);
    expect(another({ minTtlSeconds: 8n }).lookup(5n)?.ttlSeconds).toBe(8n);
  });

  it('is captured in the order of its keys, negative ids last', () => {
    const { lessor, buckets } = lessorWorld();
    for (const id of [9n, -5n, 0x7000000000000000n, 256n, 1n]) lessor.grant(id, 10n);
    const keys = (dumpOf(lessor.capture())['lease'] ?? []).map((line) => line.slice(0, 16));
    expect(keys).toEqual(keys.toSorted());
    expect(dumpOf(lessor.capture())).toEqual(buckets.dump());
  });

  it('stays in a capture as it was, whatever happens before it is read', () => {
    const { lessor } = lessorWorld();
    for (const id of [1n, 2n, 3n]) lessor.grant(id, 600n);
    const before = dumpOf(lessor.capture());
    const capture = lessor.capture();
    lessor.revoke(1n);
    lessor.checkpoint(2n, 7n);
    lessor.grant(4n, 10n);
    expect(dumpOf(capture)).toEqual(before);
  });

  it('makes another lessor that knows the same from its capture', () => {
    const { lessor, clock } = lessorWorld();
    for (const id of [1n, 2n, -3n]) lessor.grant(id, 600n + id);
    lessor.checkpoint(2n, 17n);
    const copy = MemoryBuckets.of(lessor.capture());
    const read = Lessor.open(copy, { journal: copy, clock, minTtlSeconds: 2n });
    expect(dumpOf(read.capture())).toEqual(dumpOf(lessor.capture()));
  });
});
