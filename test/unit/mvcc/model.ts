/**
 * The key space as one would write it down to explain it: the whole state of every revision, and all that ever
 * happened, in plain arrays and strings. The store is held against it.
 */
import type {
  Compare,
  DeleteRangeRequest,
  KeyValue,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
} from '../../../src/wire/index.ts';
import { text } from './harness.ts';

export interface Pair {
  readonly key: string;
  readonly value: string;
  readonly create: bigint;
  readonly mod: bigint;
  readonly version: bigint;
  readonly lease: bigint;
}

export interface Change {
  readonly revision: bigint;
  readonly isDelete: boolean;
  readonly key: string;
  readonly now: Pair | undefined;
  /** What the key was in the revision before. */
  readonly before: Pair | undefined;
}

interface Chosen {
  readonly op: RequestOp;
  readonly inner: Chosen[] | undefined;
}

type State = ReadonlyMap<string, Pair>;

export class ModelError extends Error {}

export const inRange = (key: string, start: string, end: string): boolean =>
  end === '' ? key === start : end === '\0' ? key >= start : key >= start && key < end;

export const pairOf = (kv: KeyValue): Pair => ({
  key: text(kv.key),
  value: text(kv.value),
  create: kv.create_revision,
  mod: kv.mod_revision,
  version: kv.version,
  lease: kv.lease,
});

export class Model {
  revision = 1n;
  compacted = -1n;
  readonly changes: Change[] = [];
  readonly leases = new Set<bigint>();
  #states = new Map<bigint, State>([[1n, new Map()]]);
  /** Of the revision that is being written. */
  #draft: Map<string, Pair> | undefined;
  #drafted: Change[] = [];

  state(revision = this.revision): Pair[] {
    return [...(this.#states.get(revision) ?? [])].map(([, pair]) => pair).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  get keysByLease(): Map<bigint, string[]> {
    const keys = new Map([...this.leases].map((id): [bigint, string[]] => [id, []]));
    for (const { key, lease } of this.state()) keys.get(lease)?.push(key);
    return keys;
  }

  put(request: PutRequest): Pair | undefined {
    this.#checkPut(request);
    return this.#write(() => this.#put(request));
  }

  deleteRange(request: DeleteRangeRequest): Pair[] {
    return this.#write(() => this.#delete(request));
  }

  deleteKeys(keys: readonly string[]): void {
    this.#write(() => {
      for (const key of keys) this.#deleteKey(key);
    });
  }

  /** What the operations give, flattened into one list in their order. */
  txn(request: TxnRequest): unknown[] {
    const chosen = this.#choose(request);
    this.#check(chosen);
    return this.#write(() => this.#run(chosen));
  }

  range(request: RangeRequest): { kvs: Pair[]; more: boolean; count: number } {
    if (request.revision > this.#seen) throw new ModelError('future');
    if (request.revision > 0n && request.revision < this.compacted) throw new ModelError('compacted');
    const state =
      request.revision > 0n && request.revision <= this.revision ? this.state(request.revision) : this.#now();
    const all = state.filter(({ key }) => inRange(key, text(request.key), text(request.range_end)));
    if (request.count_only) return { kvs: [], more: false, count: all.length };
    const between = (value: bigint, min: bigint, max: bigint): boolean =>
      (min === 0n || value >= min) && (max === 0n || value <= max);
    const bounds = [
      request.min_mod_revision,
      request.max_mod_revision,
      request.min_create_revision,
      request.max_create_revision,
    ] as const;
    let kvs = all.filter((p) => between(p.mod, bounds[0], bounds[1]) && between(p.create, bounds[2], bounds[3]));
    const limit = Number(request.limit);
    // A target without an order: cut by key, then sorted; unless a filter made it fetch everything.
    const fetched = kvs.length;
    if (request.sort_order === 0 && request.sort_target !== 0 && limit > 0 && bounds.every((b) => b === 0n))
      kvs = kvs.slice(0, limit + 1);
    const field = (['key', 'version', 'create', 'mod', 'value'] as const)[request.sort_target];
    const sign = request.sort_order === 2 ? -1 : 1;
    kvs = kvs.toSorted((a, b) => (a[field] === b[field] ? 0 : a[field] < b[field] ? -sign : sign));
    if (limit > 0) kvs = kvs.slice(0, limit);
    if (request.keys_only) kvs = kvs.map((p) => ({ ...p, value: '', lease: request.sort_target === 4 ? p.lease : 0n }));
    return { kvs, more: limit > 0 && fetched > limit, count: all.length };
  }

  compact(revision: bigint): void {
    if (revision <= this.compacted) throw new ModelError('compacted');
    if (revision > this.revision) throw new ModelError('future');
    this.compacted = revision;
  }

  get #seen(): bigint {
    return this.#drafted.length > 0 ? this.revision + 1n : this.revision;
  }

  #now(): Pair[] {
    return this.#draft ? [...this.#draft.values()].sort((a, b) => (a.key < b.key ? -1 : 1)) : this.state();
  }

  #write<T>(work: () => T): T {
    this.#draft = new Map(this.#states.get(this.revision));
    const result = work();
    if (this.#drafted.length > 0) {
      this.revision++;
      this.#states.set(this.revision, this.#draft);
      this.changes.push(...this.#drafted);
    }
    this.#draft = undefined;
    this.#drafted = [];
    return result;
  }

  #put(request: PutRequest): Pair | undefined {
    const key = text(request.key);
    const old = this.#draft!.get(key);
    const mod = this.revision + 1n;
    const now: Pair = {
      key,
      value: request.ignore_value ? (old?.value ?? '') : text(request.value),
      create: old?.create ?? mod,
      mod,
      version: (old?.version ?? 0n) + 1n,
      lease: request.ignore_lease ? (old?.lease ?? 0n) : request.lease,
    };
    this.#draft!.set(key, now);
    this.#note(key, now);
    return request.prev_kv ? old : undefined;
  }

  #delete(request: DeleteRangeRequest): Pair[] {
    const gone = this.#now().filter(({ key }) => inRange(key, text(request.key), text(request.range_end)));
    for (const { key } of gone) this.#deleteKey(key);
    return gone;
  }

  #deleteKey(key: string): void {
    if (this.#draft!.delete(key)) this.#note(key, undefined);
  }

  #note(key: string, now: Pair | undefined): void {
    const before = this.#states.get(this.revision)?.get(key);
    this.#drafted.push({ revision: this.revision + 1n, isDelete: now === undefined, key, now, before });
  }

  #choose(request: TxnRequest): Chosen[] {
    const holds = request.compare.every((compare) => this.#holds(compare));
    const ops = holds ? request.success : request.failure;
    return ops.map((op) => ({ op, inner: op.request_txn ? this.#choose(op.request_txn) : undefined }));
  }

  #check(chosen: Chosen[]): void {
    for (const { op, inner } of chosen) {
      if (op.request_put) this.#checkPut(op.request_put);
      if (op.request_range && op.request_range.revision > this.revision) throw new ModelError('future');
      if (op.request_range && op.request_range.revision !== 0n && op.request_range.revision < this.compacted)
        throw new ModelError('compacted');
      if (inner) this.#check(inner);
    }
  }

  #checkPut(request: PutRequest): void {
    if (request.lease !== 0n && !this.leases.has(request.lease)) throw new ModelError('lease not found');
    const exists = this.state().some(({ key }) => key === text(request.key));
    if ((request.ignore_value || request.ignore_lease) && !exists) throw new ModelError('key not found');
  }

  #run(chosen: Chosen[]): unknown[] {
    return chosen.flatMap(({ op, inner }) => {
      if (op.request_put) return [{ put: this.#put(op.request_put) }];
      if (op.request_delete_range) {
        const gone = this.#delete(op.request_delete_range);
        return [{ deleted: gone.length, was: op.request_delete_range.prev_kv ? gone : [] }];
      }
      if (op.request_range) return [this.range(op.request_range)];
      return inner ? this.#run(inner) : [];
    });
  }

  #holds(compare: Compare): boolean {
    const found = this.state().filter(({ key }) => inRange(key, text(compare.key), text(compare.range_end)));
    const nothing: Pair = { key: '', value: '', create: 0n, mod: 0n, version: 0n, lease: 0n };
    if (found.length === 0 && compare.target === 3) return false;
    return (found.length === 0 ? [nothing] : found).every((pair) => {
      const [have, want] = (
        [
          [pair.version, compare.version ?? 0n],
          [pair.create, compare.create_revision ?? 0n],
          [pair.mod, compare.mod_revision ?? 0n],
          [pair.value, text(compare.value ?? new Uint8Array())],
          [pair.lease, compare.lease ?? 0n],
        ] as const
      )[compare.target];
      return [have === want, have > want, have < want, have !== want][compare.result];
    });
  }
}
