import type { PutRequest, RequestOp, TxnRequest } from '../wire/index.ts';

const DEFAULT_QUOTA_BYTES = 2 * 1024 ** 3;
/** What etcd reckons a lease and a key's metadata to take. */
const LEASE_BYTES = 64;
const KEY_OVERHEAD_BYTES = 256;

/** What a change may add to the database at most, roughly. Nested transactions count. */
export const putCost = ({ key, value }: PutRequest): number => KEY_OVERHEAD_BYTES + key.length + value.length;

export const leaseCost = LEASE_BYTES;

export function txnCost({ success, failure }: TxnRequest): number {
  return Math.max(opsCost(success), opsCost(failure));
}

function opsCost(ops: readonly RequestOp[]): number {
  let cost = 0;
  for (const { request_put, request_txn } of ops) {
    if (request_put) cost += putCost(request_put);
    else if (request_txn) cost += txnCost(request_txn);
  }
  return cost;
}

/** The size that a database may have. */
export class Quota {
  /** 0 if there is no limit. */
  readonly limitBytes: number;
  readonly #sizeBytes: () => number;

  /** @param configuredBytes 0 is the default, less is none */
  constructor(configuredBytes: number, sizeBytes: () => number) {
    this.limitBytes = configuredBytes < 0 ? 0 : configuredBytes || DEFAULT_QUOTA_BYTES;
    this.#sizeBytes = sizeBytes;
  }

  /** Whether there is room for what costs so much; what costs nothing always has. */
  hasRoomFor(cost: number): boolean {
    return cost === 0 || this.limitBytes === 0 || this.#sizeBytes() + cost < this.limitBytes;
  }
}
