import { compareBytes, equalBytes } from '../../../../src/base/index.ts';
import type { WatchSpec, WatchUpdate } from '../../../../src/client/index.ts';
import type { ConcurrencyClient } from '../../../../src/client/concurrency/index.ts';
import type {
  Compare,
  Event,
  Init,
  KeyValue,
  RangeRequest,
  RequestOp,
  ResponseOp,
  TxnRequest,
} from '../../../../src/wire/index.ts';
import { LeaseGrantResponse, LeaseKeepAliveResponse, LeaseRevokeResponse } from '../../../../src/wire/gen/rpc/lease.ts';
import { DeleteRangeResponse, RangeResponse, TxnResponse } from '../../../../src/wire/gen/rpc/kv.ts';
import { Event as EventCodec } from '../../../../src/wire/gen/rpc/mvcc.ts';

const empty = new Uint8Array(0);

const unused = async (): Promise<never> => {
  throw new Error('not of this fake');
};

const isOver = (signal: AbortSignal | undefined): boolean => signal?.aborted ?? false;

/** As much of an etcd as locks and elections use, in memory; leases run out when the test says so. */
export class TinyEtcd {
  revision = 1n;
  readonly requests: string[] = [];
  readonly #keys = new Map<string, KeyValue>();
  readonly #log: Event[] = [];
  readonly #leases = new Set<bigint>();
  #nextLease = 0x1000n;
  #compacted = 0n;
  readonly #waiting = new Set<() => void>();
  /** Called before every request; may throw in its place. */
  intercept: (request: string) => void = () => undefined;

  /** Keys and values in the order of their creation. */
  get content(): string[] {
    return [...this.#keys.values()]
      .sort((a, b) => Number(a.create_revision - b.create_revision))
      .map(({ key, value }) => `${text(key)}=${text(value)}`);
  }

  expire(lease: bigint): void {
    this.#leases.delete(lease);
    this.#change([...this.#keys.values()].filter((kv) => kv.lease === lease).map((kv) => () => this.#delete(kv.key)));
  }

  put(key: string, value = ''): void {
    this.#change([() => this.#put(bytes(key), bytes(value), 0n)]);
  }

  remove(key: string): void {
    this.#change([() => this.#delete(bytes(key))]);
  }

  compact(): void {
    this.#compacted = this.revision;
    this.#wake();
  }

  /** Resolves when the watchers and keep-alives have seen all there is. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  }

  client(): ConcurrencyClient {
    const take = (request: string, signal?: AbortSignal): void => {
      if (signal?.aborted) throw new Error('context canceled');
      this.requests.push(request);
      this.intercept(request);
    };
    return {
      kv: {
        range: async (request, bounds) => {
          take('range', bounds?.signal);
          return this.#range(request);
        },
        txn: async (request, bounds) => {
          take('txn', bounds?.signal);
          return this.#txn(request);
        },
        deleteRange: async ({ key = empty }, bounds) => {
          take('deleteRange', bounds?.signal);
          this.#change([() => this.#delete(key)]);
          return DeleteRangeResponse.fromPartial({ header: this.#header() });
        },
        put: unused,
        compact: unused,
        rangeStream: () => {
          throw new Error('not of this fake');
        },
      },
      lease: {
        leaseGrant: async ({ TTL = 0n }) => {
          take('leaseGrant');
          this.#leases.add(++this.#nextLease);
          return LeaseGrantResponse.fromPartial({ ID: this.#nextLease, TTL });
        },
        leaseRevoke: async ({ ID = 0n }) => {
          take('leaseRevoke');
          this.expire(ID);
          return LeaseRevokeResponse.fromPartial({});
        },
        keepAlive: (id, bounds) => this.#keepAlive(id, bounds?.signal),
        keepAliveOnce: unused,
        leaseTimeToLive: unused,
        leaseLeases: unused,
      },
      watch: { watch: (spec, bounds) => this.#watch(spec, bounds?.signal), requestProgress: () => undefined },
    };
  }

  async *#keepAlive(
    id: bigint,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<LeaseKeepAliveResponse, undefined, undefined> {
    yield LeaseKeepAliveResponse.fromPartial({ ID: id, TTL: 10n });
    while (this.#leases.has(id) && !isOver(signal)) await this.#news(signal);
  }

  async *#watch(spec: WatchSpec, signal: AbortSignal | undefined): AsyncGenerator<WatchUpdate, undefined, undefined> {
    this.requests.push('watch');
    let next = spec.startRevision ?? this.revision + 1n;
    const none = {
      header: this.#header(),
      events: [],
      created: false,
      canceled: false,
      compactRevision: 0n,
      cancelReason: '',
      isProgressNotify: false,
    };
    while (!isOver(signal)) {
      if (next <= this.#compacted) {
        yield { ...none, canceled: true, compactRevision: this.#compacted };
        return;
      }
      const events = this.#log.filter(({ kv }) => kv!.mod_revision >= next && isIn(kv!.key, spec.key, spec.rangeEnd));
      next = this.revision + 1n;
      if (events.length > 0) yield { ...none, header: this.#header(), events };
      else await this.#news(signal);
    }
  }

  #news(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      signal?.addEventListener('abort', () => resolve());
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #header() {
    return { cluster_id: 1n, member_id: 2n, revision: this.revision, raft_term: 3n };
  }

  /** Changes of one transaction share a revision. */
  #change(changes: readonly (() => boolean)[]): void {
    this.revision += 1n;
    const isChanged = changes.map((change) => change()).some(Boolean);
    if (!isChanged) this.revision -= 1n;
    this.#wake();
  }

  #put(key: Uint8Array, value: Uint8Array, lease: bigint): boolean {
    const old = this.#keys.get(text(key));
    const revision = this.revision;
    const kv = {
      key,
      value,
      lease,
      mod_revision: revision,
      create_revision: old?.create_revision ?? revision,
      version: (old?.version ?? 0n) + 1n,
    };
    this.#keys.set(text(key), kv);
    this.#log.push(EventCodec.fromPartial({ type: 0, kv }));
    return true;
  }

  #delete(key: Uint8Array): boolean {
    if (!this.#keys.delete(text(key))) return false;
    this.#log.push(EventCodec.fromPartial({ type: 1, kv: { key, mod_revision: this.revision } }));
    return true;
  }

  #range({
    key = empty,
    range_end = empty,
    sort_order,
    limit = 0n,
    max_create_revision = 0n,
  }: Init<RangeRequest>): RangeResponse {
    const kvs = [...this.#keys.values()]
      .filter((kv) => isIn(kv.key, key, range_end.length > 0 ? range_end : undefined))
      .filter((kv) => max_create_revision === 0n || kv.create_revision <= max_create_revision)
      .sort((a, b) => Number(a.create_revision - b.create_revision) * (sort_order === 2 ? -1 : 1));
    return RangeResponse.fromPartial({
      header: this.#header(),
      kvs: limit > 0n ? kvs.slice(0, Number(limit)) : kvs,
      count: BigInt(kvs.length),
    });
  }

  #txn({ compare = [], success = [], failure = [] }: Init<TxnRequest>): TxnResponse {
    const succeeded = compare.every((condition) => this.#holds(condition));
    const operations = succeeded ? success : failure;
    const responses: Partial<ResponseOp>[] = [];
    this.#change(
      operations.map((operation) => () => {
        const [isChange, response] = this.#operate(operation);
        responses.push(response);
        return isChange;
      }),
    );
    return TxnResponse.fromPartial({ header: this.#header(), succeeded, responses });
  }

  #operate({ request_put, request_range, request_delete_range }: Init<RequestOp>): [boolean, Partial<ResponseOp>] {
    if (request_put)
      return [
        this.#put(request_put.key ?? empty, request_put.value ?? empty, request_put.lease ?? 0n),
        { response_put: { header: undefined, prev_kv: undefined } },
      ];
    if (request_delete_range) return [this.#delete(request_delete_range.key ?? empty), {}];
    return [false, { response_range: this.#range(request_range ?? {}) }];
  }

  #holds({ key = empty, create_revision = 0n }: Init<Compare>): boolean {
    return (this.#keys.get(text(key))?.create_revision ?? 0n) === create_revision;
  }
}

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const text = (value: Uint8Array): string => new TextDecoder().decode(value);

function isIn(key: Uint8Array, from: Uint8Array, to: Uint8Array | undefined): boolean {
  return to === undefined ? equalBytes(key, from) : compareBytes(key, from) >= 0 && compareBytes(key, to) < 0;
}
