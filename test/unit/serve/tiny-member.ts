import type { MemberApi, WatchSink } from '../../../src/member/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import type { Event, KeyValue, RangeRequest, ResponseOp, TxnRequest, WatchRequest } from '../../../src/wire/index.ts';
import { fakeMember, header, type MemberParts } from './fake-member.ts';

const none = new Uint8Array();

interface Watcher {
  readonly id: bigint;
  readonly key: string;
  readonly end: string;
  readonly sink: WatchSink;
}

/** Keys, leases and watches in maps: just enough of a member for clients to talk to. No history, no consensus. */
export class TinyMember {
  readonly keys = new Map<string, KeyValue>();
  readonly leases = new Map<bigint, bigint>();
  readonly watchers = new Set<Watcher>();
  revision = 1n;
  #nextWatch = 0n;
  #nextLease = 0x1000n;

  /** As a member; `parts` add to it or replace some of it. */
  asMember(parts: MemberParts = {}): MemberApi {
    const own: MemberParts = {
      header: () => header(this.revision),
      kv: {
        range: async (request) => ({ header: header(this.revision), ...this.range(request) }),
        put: async ({ key, value, lease }) => {
          if (lease !== 0n && !this.leases.has(lease)) throw refuse.leaseNotFound();
          this.revision += 1n;
          this.put(key, value, lease);
          return { header: header(this.revision), prev_kv: undefined };
        },
        deleteRange: async ({ key, range_end }) => {
          const deleted = this.delete(key, range_end);
          return { header: header(this.revision), deleted: BigInt(deleted), prev_kvs: [] };
        },
        txn: async (request) => this.txn(request),
      },
      lease: {
        grant: async ({ TTL, ID }) => {
          this.#nextLease += 1n;
          const id = ID === 0n ? this.#nextLease : ID;
          this.leases.set(id, TTL);
          return { header: header(this.revision), ID: id, TTL, error: '' };
        },
        revoke: async ({ ID }) => {
          if (!this.leases.delete(ID)) throw refuse.leaseNotFound();
          for (const kv of this.keys.values()) if (kv.lease === ID) this.delete(kv.key, none);
          return { header: header(this.revision) };
        },
        keepAlive: async (ID) => ({ header: header(this.revision), ID, TTL: this.leases.get(ID) ?? 0n }),
      },
      watch: (_caller, sink) => {
        const own = new Set<Watcher>();
        return {
          request: (request) => this.#watch(request, sink, own),
          drained: () => {},
          close: () => {
            for (const watcher of own) this.watchers.delete(watcher);
          },
        };
      },
    };
    return fakeMember({
      ...own,
      ...parts,
      kv: { ...own.kv, ...parts.kv },
      lease: { ...own.lease, ...parts.lease },
    }).member;
  }

  put(key: Uint8Array, value: Uint8Array, lease: bigint): void {
    const name = text(key);
    const before = this.keys.get(name);
    const kv: KeyValue = {
      key,
      value,
      lease,
      mod_revision: this.revision,
      create_revision: before?.create_revision ?? this.revision,
      version: (before?.version ?? 0n) + 1n,
    };
    this.keys.set(name, kv);
    this.#tell({ type: 0, kv, prev_kv: undefined });
  }

  delete(key: Uint8Array, rangeEnd: Uint8Array): number {
    const found = this.#find(key, rangeEnd);
    if (found.length > 0) this.revision += 1n;
    for (const kv of found) {
      this.keys.delete(text(kv.key));
      const gone = {
        key: kv.key,
        value: none,
        lease: 0n,
        create_revision: 0n,
        mod_revision: this.revision,
        version: 0n,
      };
      this.#tell({ type: 1, kv: gone, prev_kv: undefined });
    }
    return found.length;
  }

  range(request: RangeRequest): { kvs: KeyValue[]; more: boolean; count: bigint } {
    const all = this.#find(request.key, request.range_end).filter(
      (kv) => request.max_create_revision === 0n || kv.create_revision <= request.max_create_revision,
    );
    if (request.sort_target === 2) all.sort((a, b) => Number(a.create_revision - b.create_revision));
    if (request.sort_order === 2) all.reverse();
    const kvs = request.limit > 0n ? all.slice(0, Number(request.limit)) : all;
    return { kvs, more: kvs.length < all.length, count: BigInt(all.length) };
  }

  /** Comparisons of create revisions for equality alone. */
  txn({ compare, success, failure }: TxnRequest) {
    const succeeded = compare.every(
      ({ key, create_revision }) => (this.keys.get(text(key))?.create_revision ?? 0n) === create_revision,
    );
    const puts = (succeeded ? success : failure).filter(({ request_put }) => request_put !== undefined);
    if (puts.some(({ request_put }) => request_put!.lease !== 0n && !this.leases.has(request_put!.lease))) {
      throw refuse.leaseNotFound();
    }
    if (puts.length > 0) this.revision += 1n;
    const responses = (succeeded ? success : failure).map((op): ResponseOp => {
      if (op.request_range !== undefined) {
        return { response_range: { header: header(this.revision), ...this.range(op.request_range) } };
      }
      if (op.request_delete_range !== undefined) {
        const deleted = BigInt(this.delete(op.request_delete_range.key, op.request_delete_range.range_end));
        return { response_delete_range: { header: header(this.revision), deleted, prev_kvs: [] } };
      }
      const { key, value, lease } = op.request_put!;
      this.put(key, value, lease);
      return { response_put: { header: header(this.revision), prev_kv: undefined } };
    });
    return { header: header(this.revision), succeeded, responses };
  }

  #watch({ create_request: create, cancel_request: cancel }: WatchRequest, sink: WatchSink, own: Set<Watcher>): void {
    const notice = { header: header(this.revision), created: false, canceled: false, compact_revision: 0n };
    const rest = { cancel_reason: '', fragment: false, events: [] };
    if (create !== undefined) {
      const watcher = { id: this.#nextWatch, key: text(create.key), end: text(create.range_end), sink };
      this.#nextWatch += 1n;
      own.add(watcher);
      this.watchers.add(watcher);
      sink.send({ ...notice, ...rest, watch_id: watcher.id, created: true });
    }
    if (cancel === undefined) return;
    for (const watcher of own) if (watcher.id === cancel.watch_id) this.watchers.delete(watcher);
    sink.send({ ...notice, ...rest, watch_id: cancel.watch_id, canceled: true });
  }

  #tell(event: Event): void {
    for (const { id, key, end, sink } of this.watchers) {
      if (!isWithin(text(event.kv!.key), key, end)) continue;
      sink.send({
        header: header(this.revision),
        watch_id: id,
        created: false,
        canceled: false,
        compact_revision: 0n,
        cancel_reason: '',
        fragment: false,
        events: [event],
      });
    }
  }

  #find(key: Uint8Array, rangeEnd: Uint8Array): KeyValue[] {
    const names = [...this.keys.keys()].filter((name) => isWithin(name, text(key), text(rangeEnd)));
    return names.sort().map((name) => this.keys.get(name)!);
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const isWithin = (name: string, key: string, end: string): boolean =>
  end === '' ? name === key : name >= key && (end === '\0' || name < end);
