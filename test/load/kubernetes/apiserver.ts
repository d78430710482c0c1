import { Deadline } from '../../../src/base/index.ts';
import { type Channel, GrpcError, StatusCode } from '../../../src/grpc/index.ts';
import type { KeyValue, TxnResponse } from '../../../src/wire/index.ts';
import { kv } from '../../../src/wire/services/kv.ts';
import { lease } from '../../../src/wire/services/lease.ts';
import type { ListClaim } from './history.ts';

const PAGE = 10n;
const EQUAL = 0;
const VERSION = 0;
const MOD = 2;
const bytes = (text: string): Buffer => Buffer.from(text);

/** A write, or the state that stood in its way; undefined where nothing stands. */
export type Guarded = { readonly revision: bigint } | { readonly conflict: KeyValue | undefined };

/** The requests that Kubernetes' API server makes, and no others. */
export class ApiServer {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Only where nothing is. */
  create(key: string, value: string, leaseId = 0n): Promise<Guarded> {
    return this.#guarded(key, 0n, { request_put: { key: bytes(key), value: bytes(value), lease: leaseId } });
  }

  /** Only what was read at that revision. */
  update(key: string, value: string, modRevision: bigint): Promise<Guarded> {
    return this.#guarded(key, modRevision, { request_put: { key: bytes(key), value: bytes(value) } });
  }

  delete(key: string, modRevision: bigint): Promise<Guarded> {
    return this.#guarded(key, modRevision, { request_delete_range: { key: bytes(key) } });
  }

  async get(key: string): Promise<KeyValue | undefined> {
    const { kvs } = await this.#channel.unary(kv.range, { key: bytes(key) }, within());
    return kvs[0];
  }

  /** In pages, all of the revision of the first. @throws GrpcError when that is compacted in the meantime */
  async list(prefix: string): Promise<ListClaim> {
    const end = bytes(prefix.replace(/\/$/, '0'));
    const items: string[] = [];
    let [key, revision] = [bytes(prefix), 0n];
    for (;;) {
      const page = await this.#channel.unary(kv.range, { key, range_end: end, limit: PAGE, revision }, within());
      if (revision === 0n) revision = page.header?.revision ?? 0n;
      for (const each of page.kvs) items.push(`${Buffer.from(each.key).toString()}@${each.mod_revision}`);
      const last = page.kvs.at(-1);
      if (!page.more || last === undefined) return { prefix, revision, items };
      key = Buffer.concat([last.key, Buffer.of(0)]);
    }
  }

  async grant(ttlSeconds: bigint): Promise<bigint> {
    const { ID } = await this.#channel.unary(lease.leaseGrant, { TTL: ttlSeconds }, within());
    return ID;
  }

  /**
   * API servers agree by a key of their own on who compacts: whoever was the last to change it, some time ago, knows a
   * revision from then. @returns whether it was this one
   */
  async compact(seen: { version: bigint; revision: bigint }): Promise<boolean> {
    const key = bytes('compact_rev_key');
    const compare = [{ key, target: VERSION, result: EQUAL, version: seen.version }] as const;
    const response = await this.#channel.unary(
      kv.txn,
      {
        compare,
        success: [{ request_put: { key, value: bytes(String(seen.revision)) } }],
        failure: [{ request_range: { key } }],
      },
      within(),
    );
    const now = response.header?.revision ?? 0n;
    const { revision } = seen;
    const current = response.succeeded ? seen.version + 1n : (found(response)?.version ?? 0n);
    [seen.version, seen.revision] = [current, now];
    if (!response.succeeded || revision === 0n) return false;
    await this.#channel.unary(kv.compact, { revision }, within()).catch((error: unknown) => {
      if (!isCompacted(error)) throw error;
    });
    return true;
  }

  async #guarded(key: string, modRevision: bigint, change: object): Promise<Guarded> {
    const compare = [{ key: bytes(key), target: MOD, result: EQUAL, mod_revision: modRevision }] as const;
    const failure = [{ request_range: { key: bytes(key) } }];
    const response = await this.#channel.unary(kv.txn, { compare, success: [change], failure }, within());
    return response.succeeded ? { revision: response.header?.revision ?? 0n } : { conflict: found(response) };
  }
}

const found = ({ responses }: TxnResponse): KeyValue | undefined => responses[0]?.response_range?.kvs[0];

/** The cluster was too slow, or without a leader: to be asked again. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof GrpcError && (error.code === StatusCode.Unavailable || error.code === StatusCode.DeadlineExceeded);

export const isCompacted = (error: unknown): boolean =>
  error instanceof GrpcError && error.details.includes('required revision has been compacted');

const within = (): { deadline: Deadline } => ({ deadline: Deadline.after(20_000) });
