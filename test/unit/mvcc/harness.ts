import { VirtualClock } from '../../../src/base/index.ts';
import { type BucketName, type BucketReader, NO_RECORDS, type Record } from '../../../src/backend/index.ts';
import { compareBytes, hexOf } from '../../../src/base/index.ts';
import { type LeaseBook, Store, type StoreDeps, type WatchSession } from '../../../src/mvcc/index.ts';
import { Compare, DeleteRangeRequest, PutRequest, RangeRequest, TxnRequest } from '../../../src/wire/gen/rpc/kv.ts';
import { WatchCreateRequest } from '../../../src/wire/gen/rpc/watch.ts';
import type { Event, KeyValue, RequestOp, WatchResponse } from '../../../src/wire/index.ts';

export const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
export const text = (value: Uint8Array): string => Buffer.from(value).toString('latin1');

type Fields<T> = { [K in keyof T]?: T[K] extends Uint8Array ? string : T[K] };

/** Requests with bytes given as text. */
const asBytes = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, typeof v === 'string' ? bytes(v) : v]));
export const put = (key: string, value = '', fields: Fields<PutRequest> = {}): PutRequest =>
  PutRequest.fromPartial(asBytes({ key, value, ...fields }));
export const range = (key: string, end = '', fields: Fields<RangeRequest> = {}): RangeRequest =>
  RangeRequest.fromPartial(asBytes({ key, range_end: end, ...fields }));
export const del = (key: string, end = '', fields: Fields<DeleteRangeRequest> = {}): DeleteRangeRequest =>
  DeleteRangeRequest.fromPartial(asBytes({ key, range_end: end, ...fields }));
export const compare = (fields: object): Compare => Compare.fromPartial(asBytes(fields));

export const opPut = (...of: Parameters<typeof put>): RequestOp => ({ request_put: put(...of) });
export const opRange = (...of: Parameters<typeof range>): RequestOp => ({ request_range: range(...of) });
export const opDel = (...of: Parameters<typeof del>): RequestOp => ({ request_delete_range: del(...of) });
export const opTxn = (...of: Parameters<typeof txn>): RequestOp => ({ request_txn: txn(...of) });
export const txn = (success: RequestOp[], failure: RequestOp[] = [], compare: Compare[] = []): TxnRequest => ({
  ...TxnRequest.create(),
  compare,
  success,
  failure,
});

export const ALL = ['\0', '\0'] as const;

/** `key=value created/modified vVersion`, and the lease if it has one. */
export function shown(kv: KeyValue | undefined): string {
  if (!kv) return '-';
  const lease = kv.lease === 0n ? '' : ` lease ${kv.lease}`;
  return `${text(kv.key)}=${text(kv.value)} ${kv.create_revision}/${kv.mod_revision} v${kv.version}${lease}`;
}

export const shownAll = (kvs: readonly KeyValue[]): string[] => kvs.map(shown);

export function shownEvent(event: Event): string {
  const { type, kv, prev_kv: before } = event;
  const now = type === 1 ? `DELETE ${text(kv!.key)} @${kv!.mod_revision}` : `PUT ${shown(kv)}`;
  return before ? `${now} (was ${shown(before)})` : now;
}

/** Leases in a map; what is attached to each. */
export class FakeLeases implements LeaseBook {
  readonly keys = new Map<bigint, Set<string>>();

  grant(id: bigint): void {
    this.keys.set(id, new Set());
  }

  exists(id: bigint): boolean {
    return this.keys.has(id);
  }

  attach(id: bigint, key: Uint8Array): void {
    this.keys.get(id)!.add(text(key));
  }

  detach(id: bigint, key: Uint8Array): void {
    if (!this.keys.get(id)!.delete(text(key))) throw new Error(`${text(key)} was not attached to ${id}`);
  }

  of(id: bigint): string[] {
    return [...(this.keys.get(id) ?? [])].sort();
  }
}

/** Buckets in memory, kept by a journal: what storage would hold. */
export class FakeDisk implements BucketReader {
  readonly #buckets = new Map<BucketName, Map<string, Record>>();
  readonly log: string[] = [];

  put(bucket: BucketName, key: Uint8Array, value: Uint8Array): void {
    this.log.push(`put ${bucket}`);
    this.#bucket(bucket).set(hexOf(key), [Uint8Array.from(key), Uint8Array.from(value)]);
  }

  delete(bucket: BucketName, key: Uint8Array): void {
    this.log.push(`delete ${bucket}`);
    if (!this.#bucket(bucket).delete(hexOf(key))) throw new Error(`no ${hexOf(key)} to delete in ${bucket}`);
  }

  records(bucket: BucketName): Record[] {
    return [...this.#bucket(bucket).values()].sort((a, b) => compareBytes(a[0], b[0]));
  }

  copy(): FakeDisk {
    const copy = new FakeDisk();
    for (const [bucket, records] of this.#buckets) copy.#buckets.set(bucket, new Map(records));
    return copy;
  }

  #bucket(name: BucketName): Map<string, Record> {
    let bucket = this.#buckets.get(name);
    if (!bucket) this.#buckets.set(name, (bucket = new Map()));
    return bucket;
  }
}

export interface World {
  readonly store: Store;
  readonly disk: FakeDisk;
  readonly clock: VirtualClock;
  readonly leases: FakeLeases;
}

export function openWorld(options: Partial<StoreDeps> = {}, disk = new FakeDisk(), leases = new FakeLeases()): World {
  const clock = new VirtualClock();
  const buckets = disk.records('key').length + disk.records('meta').length > 0 ? disk : NO_RECORDS;
  const store = Store.open(buckets, { journal: disk, leases, clock, ...options });
  return { store, disk, clock, leases };
}

/** The keys of a range, as `shown`. */
export const read = (
  store: Store,
  key: string = ALL[0],
  end: string = ALL[1],
  fields: Fields<RangeRequest> = {},
): string[] => shownAll(store.range(range(key, end, fields)).kvs);

/** A watch stream whose far end can be told to take no more. */
export class FakeStream {
  readonly session: WatchSession;
  readonly received: WatchResponse[] = [];
  /** Responses that are still taken. */
  capacity = Number.POSITIVE_INFINITY;
  ended: { error: Error | undefined } | undefined;

  constructor(store: Store, options: Partial<Parameters<Store['openWatch']>[0]> = {}) {
    this.session = store.openWatch({
      sink: {
        isReady: () => this.capacity > 0,
        send: (response) => {
          this.capacity--;
          this.received.push(response);
        },
        end: (error) => (this.ended = { error }),
      },
      header: () => ({ cluster_id: 7n, member_id: 8n, revision: 0n, raft_term: 9n }),
      mayWatch: () => undefined,
      progressIntervalMs: 600_000,
      maxResponseBytes: 2 * 1024 * 1024,
      ...options,
    });
  }

  watch(key: string, end = '', fields: Fields<WatchCreateRequest> = {}): void {
    this.session.request({
      create_request: WatchCreateRequest.fromPartial(asBytes({ key, range_end: end, ...fields })),
    });
  }

  cancel(id: bigint): void {
    this.session.request({ cancel_request: { watch_id: id } });
  }

  requestProgress(): void {
    this.session.request({ progress_request: {} });
  }

  open(capacity = Number.POSITIVE_INFINITY): void {
    this.capacity = capacity;
    this.session.drained();
  }

  /** What came since the last time, a line a response. */
  take(): string[] {
    return this.received.splice(0).map((response) => {
      const { header, watch_id: id, created, canceled, compact_revision: compacted, cancel_reason: reason } = response;
      const words = [
        `${id} @${header?.revision}`,
        created ? 'created' : '',
        canceled ? 'canceled' : '',
        compacted === 0n ? '' : `compacted ${compacted}`,
        reason,
        response.fragment ? 'fragment' : '',
        response.events.map(shownEvent).join(', '),
      ];
      return words.filter((word) => word !== '').join(' | ');
    });
  }

  events(id?: bigint): string[] {
    return this.received
      .filter((response) => id === undefined || response.watch_id === id)
      .flatMap(({ events }) => events.map(shownEvent));
  }
}

/** Time enough for any watcher to catch up and any compaction to end. */
export const settle = ({ clock }: World): void => clock.advance(1000);

export function putMany({ store }: World, count: number, prefix = 'k', value = ''): void {
  for (let i = 0; i < count; i++) store.put(put(`${prefix}${i}`, value));
}
