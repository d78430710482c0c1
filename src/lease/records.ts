import type { Record } from '../backend/index.ts';
import { encodeUint64 } from '../base/index.ts';
import { LeaseRecord } from '../wire/disk.ts';
import { LeaseState } from './lease.ts';

/** The key of a lease's record: its id, eight bytes, most significant first. */
export const recordKey = (id: bigint): Uint8Array => encodeUint64(id);

export function recordValue(lease: Pick<LeaseState, 'id' | 'ttlSeconds' | 'checkpointSeconds'>): Uint8Array {
  return LeaseRecord.encode({
    ID: lease.id,
    TTL: lease.ttlSeconds,
    RemainingTTL: lease.checkpointSeconds,
  }).finish();
}

/** Reads a record back; keys are attached later, from the keys themselves. */
export function readRecord(value: Uint8Array, minTtlSeconds: bigint): LeaseState {
  const { ID, TTL, RemainingTTL } = LeaseRecord.decode(value);
  return new LeaseState(ID, TTL < minTtlSeconds ? minTtlSeconds : TTL, RemainingTTL);
}

/** The bucket's records as they are at this moment, made one by one when they are asked for. */
export function captureRecords(leases: Iterable<LeaseState>): Iterable<Record> {
  const seen = Array.from(leases, ({ id, ttlSeconds, checkpointSeconds }) => ({ id, ttlSeconds, checkpointSeconds }));
  seen.sort((a, b) => (BigInt.asUintN(64, a.id) < BigInt.asUintN(64, b.id) ? -1 : 1));
  return {
    *[Symbol.iterator]() {
      for (const lease of seen) yield [recordKey(lease.id), recordValue(lease)];
    },
  };
}
