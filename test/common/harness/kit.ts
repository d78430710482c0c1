/** A client as scenarios use it: text in, text out, and five seconds for each call. */
import { Deadline } from '../../../src/base/index.ts';
import { type CallBounds, type Client, ClientError } from '../../../src/client/index.ts';
import type { ResponseHeader } from '../../../src/wire/index.ts';
import {
  bytes,
  type GetOptions,
  rangeRequest,
  type Span,
  spanOf,
  textKv,
  type TextKv,
  textTxn,
  txnRequest,
  type TxnSpec,
  type TextResult,
} from './text.ts';
import { Watching, type WatchOptions } from './watching.ts';

const CALL_TIMEOUT_MS = 5000;
export const bounds = (ms = CALL_TIMEOUT_MS): CallBounds => ({ deadline: Deadline.after(ms) });

export interface PutOptions {
  readonly lease?: bigint;
  readonly prev?: boolean;
  readonly ignoreValue?: boolean;
  readonly ignoreLease?: boolean;
}

export interface Got {
  readonly revision: bigint;
  readonly count: bigint;
  readonly more: boolean;
  readonly kvs: readonly TextKv[];
}

export class Kit {
  /** The whole of the client, for what is rarely used. */
  readonly raw: Client;
  readonly #watches: Watching[] = [];

  constructor(raw: Client) {
    this.raw = raw;
  }

  async put(
    key: string,
    value = '',
    options: PutOptions = {},
  ): Promise<{ revision: bigint; prev: TextKv | undefined }> {
    const { lease = 0n, prev = false, ignoreValue = false, ignoreLease = false } = options;
    const request = { key: bytes(key), value: bytes(value), lease };
    const flags = { prev_kv: prev, ignore_value: ignoreValue, ignore_lease: ignoreLease };
    const { header, prev_kv } = await this.raw.kv.put({ ...request, ...flags }, bounds());
    return { revision: revisionOf(header), prev: prev_kv && textKv(prev_kv) };
  }

  async get(key: string, options: GetOptions = {}): Promise<Got> {
    const { header, kvs, more, count } = await this.raw.kv.range(rangeRequest(key, options), bounds());
    return { revision: revisionOf(header), count, more, kvs: kvs.map(textKv) };
  }

  /** The value of one key; undefined when there is none. */
  async value(key: string, options: GetOptions = {}): Promise<string | undefined> {
    return (await this.get(key, options)).kvs[0]?.value;
  }

  async keys(key: string, options: GetOptions = {}): Promise<string[]> {
    return (await this.get(key, options)).kvs.map((kv) => kv.key);
  }

  async del(
    key: string,
    options: Span & { readonly prev?: boolean } = {},
  ): Promise<{ revision: bigint; deleted: bigint; prev: TextKv[] }> {
    const request = { ...spanOf(key, options), prev_kv: options.prev ?? false };
    const { header, deleted, prev_kvs } = await this.raw.kv.deleteRange(request, bounds());
    return { revision: revisionOf(header), deleted, prev: prev_kvs.map(textKv) };
  }

  async txn(txn: TxnSpec): Promise<{ revision: bigint; succeeded: boolean; results: TextResult[] }> {
    const response = await this.raw.kv.txn(txnRequest(txn), bounds());
    return { revision: revisionOf(response.header), ...textTxn(response) };
  }

  async compact(revision: bigint, options: { readonly physical?: boolean } = {}): Promise<void> {
    await this.raw.kv.compact({ revision, physical: options.physical ?? false }, bounds());
  }

  /** Begins to watch; resolves when the server has begun, so that nothing written from now on is missed. */
  async watch(key: string, options: WatchOptions = {}): Promise<Watching> {
    const watching = new Watching(this.raw, key, options);
    this.#watches.push(watching);
    await watching.created;
    return watching;
  }

  async revision(): Promise<bigint> {
    return (await this.get('any', { countOnly: true })).revision;
  }

  async grant(ttlSeconds: bigint, id = 0n): Promise<bigint> {
    return (await this.raw.lease.leaseGrant({ TTL: ttlSeconds, ID: id }, bounds())).ID;
  }

  async close(): Promise<void> {
    await Promise.all(this.#watches.map((watching) => watching.close()));
    this.raw.close();
  }
}

function revisionOf(header: ResponseHeader | undefined): bigint {
  if (!header) throw new Error('the answer has no header');
  return header.revision;
}

/** How a call was refused: gRPC's code and the text. Fails when it was not. */
export async function refusal(
  call: Promise<unknown>,
  title = 'the call',
): Promise<readonly [code: number | undefined, message: string]> {
  const error = await call.then(
    () => new Error(`${title} was not refused`),
    (reason: unknown) => reason,
  );
  if (error instanceof ClientError) return [error.code, error.message];
  throw error;
}
