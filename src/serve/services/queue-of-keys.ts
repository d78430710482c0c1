import { prefixEnd, utf8Encode, concatBytes } from '../../base/index.ts';
import { GrpcError, StatusCode } from '../../grpc/index.ts';
import type { Caller, MemberApi } from '../../member/index.ts';
import { EtcdError } from '../../wire/etcd-error.ts';
import type { KeyValue, RangeRequest, RangeResponse, TxnRequest, TxnResponse } from '../../wire/index.ts';
import { rangeOf, watchOf } from './requests.ts';
import { WatchFeed } from './watch-feed.ts';

/** How long the lease lives that a caller without one gets, in seconds; it is not renewed. */
const SESSION_TTL = 60n;

const BY_CREATION = 2;
const ASCEND = 1;
const DESCEND = 2;
const DELETE = 1;

/**
 * Keys under a prefix, one a participant, in the order of their creation: the oldest holds the lock or the leadership.
 * Its calls fail with Unknown whatever went wrong, as etcd's do.
 */
export class QueueOfKeys {
  readonly prefix: Uint8Array;
  readonly #member: MemberApi;
  readonly #caller: Caller;

  constructor(member: MemberApi, caller: Caller, prefix: Uint8Array) {
    this.#member = member;
    this.#caller = caller;
    this.prefix = prefix;
  }

  /** Everything under a name. */
  static of(member: MemberApi, caller: Caller, name: Uint8Array): QueueOfKeys {
    return new QueueOfKeys(member, caller, concatBytes([name, utf8Encode('/')]));
  }

  /** The key of whoever holds a lease. */
  keyOf(lease: bigint): Uint8Array {
    return concatBytes([this.prefix, utf8Encode(lease.toString(16))]);
  }

  /** The lease named, or a new one where none is. */
  async leaseOr(lease: bigint): Promise<bigint> {
    if (lease !== 0n) return lease;
    return (await asUnknown(this.#member.lease.grant({ TTL: SESSION_TTL, ID: 0n }, this.#caller))).ID;
  }

  /** Asks for the oldest key. */
  oldest(): RangeRequest {
    return this.#ordered(ASCEND);
  }

  range(request: RangeRequest): Promise<RangeResponse> {
    return asUnknown(this.#member.kv.range(request, this.#caller));
  }

  txn(request: TxnRequest): Promise<TxnResponse> {
    return asUnknown(this.#member.kv.txn(request, this.#caller));
  }

  watch(key: Uint8Array, startRevision: bigint, rangeEnd?: Uint8Array): WatchFeed {
    const range = rangeEnd === undefined ? {} : { range_end: rangeEnd };
    return new WatchFeed(this.#member, this.#caller, watchOf(key, { start_revision: startRevision, ...range }));
  }

  /** Waits until no key is left that was created at `revision` or before: for one at a time, the last of them first. */
  async waitForOlder(revision: bigint): Promise<void> {
    for (;;) {
      const { kvs, header } = await this.range({ ...this.#ordered(DESCEND), max_create_revision: revision });
      const [last] = kvs;
      if (last === undefined) return;
      await this.#waitForDeletion(last, header?.revision ?? 0n);
    }
  }

  async #waitForDeletion({ key }: KeyValue, revision: bigint): Promise<void> {
    for await (const { events, canceled, compact_revision, cancel_reason } of this.watch(key, revision)) {
      if (events.some(({ type }) => type === DELETE)) return;
      // Compaction has overtaken us: look again how things stand.
      if (canceled && compact_revision > 0n) return;
      if (canceled) throw new GrpcError(StatusCode.Unknown, cancel_reason);
    }
  }

  #ordered(order: 1 | 2): RangeRequest {
    return rangeOf(this.prefix, {
      range_end: prefixEnd(this.prefix),
      sort_target: BY_CREATION,
      sort_order: order,
      limit: 1n,
    });
  }
}

/** etcd's lock and election services pass the texts of refusals on, but not their codes. */
export async function asUnknown<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof EtcdError ? new GrpcError(StatusCode.Unknown, error.message) : error;
  }
}
