/** Messages with keys and values as text, so that expectations can be read. */
import type {
  Init,
  KeyValue,
  RangeRequest,
  RequestOp,
  ResponseOp,
  TxnRequest,
  TxnResponse,
} from '../../../src/wire/index.ts';

export interface TextKv {
  readonly key: string;
  readonly value: string;
  readonly create: bigint;
  readonly mod: bigint;
  readonly version: bigint;
  /** Left out when there is none. */
  readonly lease?: bigint;
}

/** Bytes as text, one character a byte. */
export const text = (value: Uint8Array): string => Buffer.from(value).toString('latin1');
export const bytes = (value: string): Uint8Array => Buffer.from(value, 'latin1');

export function textKv(kv: KeyValue): TextKv {
  return {
    key: text(kv.key),
    value: text(kv.value),
    create: kv.create_revision,
    mod: kv.mod_revision,
    version: kv.version,
    ...(kv.lease !== 0n && { lease: kv.lease }),
  };
}

/** A key-value as expected. */
export function kv(key: string, value: string, create: bigint, mod: bigint = create, version: bigint = 1n): TextKv {
  return { key, value, create, mod, version };
}

export const SORT = {
  order: { none: 0, ascend: 1, descend: 2 },
  target: { key: 0, version: 1, create: 2, mod: 3, value: 4 },
} as const;

export interface GetOptions {
  readonly end?: string;
  readonly prefix?: boolean;
  readonly fromKey?: boolean;
  readonly revision?: bigint;
  readonly limit?: bigint;
  readonly order?: keyof typeof SORT.order;
  readonly by?: keyof typeof SORT.target;
  readonly serializable?: boolean;
  readonly keysOnly?: boolean;
  readonly countOnly?: boolean;
  readonly minMod?: bigint;
  readonly maxMod?: bigint;
  readonly minCreate?: bigint;
  readonly maxCreate?: bigint;
}

export function rangeRequest(key: string, options: GetOptions = {}): Init<RangeRequest> {
  return {
    ...spanOf(key, options),
    revision: options.revision ?? 0n,
    limit: options.limit ?? 0n,
    sort_order: SORT.order[options.order ?? 'none'],
    sort_target: SORT.target[options.by ?? 'key'],
    serializable: options.serializable ?? false,
    keys_only: options.keysOnly ?? false,
    count_only: options.countOnly ?? false,
    min_mod_revision: options.minMod ?? 0n,
    max_mod_revision: options.maxMod ?? 0n,
    min_create_revision: options.minCreate ?? 0n,
    max_create_revision: options.maxCreate ?? 0n,
  };
}

export interface Span {
  readonly end?: string;
  readonly prefix?: boolean;
  readonly fromKey?: boolean;
}

/** The key and range end that stand for a key, a range, a prefix, or all from a key on. */
export function spanOf(key: string, { end, prefix, fromKey }: Span): { key: Uint8Array; range_end: Uint8Array } {
  const whole = { key: bytes(key === '' ? '\0' : key), range_end: bytes('\0') };
  if (fromKey || (prefix && key === '')) return whole;
  if (prefix) return { key: bytes(key), range_end: prefixEndOf(key) };
  return { key: bytes(key), range_end: bytes(end ?? '') };
}

function prefixEndOf(prefix: string): Uint8Array {
  const last = prefix.charCodeAt(prefix.length - 1);
  return bytes(prefix.slice(0, -1) + String.fromCharCode(last + 1));
}

/** Operations of transactions. */
export const op = {
  put: (key: string, value = '', options: { lease?: bigint; prev?: boolean } = {}): Init<RequestOp> => ({
    request_put: { key: bytes(key), value: bytes(value), lease: options.lease ?? 0n, prev_kv: options.prev ?? false },
  }),
  get: (key: string, options: GetOptions = {}): Init<RequestOp> => ({ request_range: rangeRequest(key, options) }),
  del: (key: string, options: Span & { prev?: boolean } = {}): Init<RequestOp> => ({
    request_delete_range: { ...spanOf(key, options), prev_kv: options.prev ?? false },
  }),
  txn: (txn: TxnSpec): Init<RequestOp> => ({ request_txn: txnRequest(txn) }),
};

const RESULT = { '=': 0, '>': 1, '<': 2, '!=': 3 } as const;
type Relation = keyof typeof RESULT;
type CompareInit = NonNullable<Init<TxnRequest>['compare']>[number];

/** Conditions of transactions. */
export const when = {
  version: (key: string, relation: Relation, version: bigint, end = ''): CompareInit => ({
    ...subject(key, end, 0, relation),
    version,
  }),
  create: (key: string, relation: Relation, create_revision: bigint, end = ''): CompareInit => ({
    ...subject(key, end, 1, relation),
    create_revision,
  }),
  mod: (key: string, relation: Relation, mod_revision: bigint, end = ''): CompareInit => ({
    ...subject(key, end, 2, relation),
    mod_revision,
  }),
  value: (key: string, relation: Relation, value: string, end = ''): CompareInit => ({
    ...subject(key, end, 3, relation),
    value: bytes(value),
  }),
  lease: (key: string, relation: Relation, lease: bigint, end = ''): CompareInit => ({
    ...subject(key, end, 4, relation),
    lease,
  }),
};

function subject(key: string, end: string, target: 0 | 1 | 2 | 3 | 4, relation: Relation) {
  return { key: bytes(key), range_end: bytes(end), target, result: RESULT[relation] };
}

export interface TxnSpec {
  readonly if?: readonly CompareInit[];
  readonly success?: readonly Init<RequestOp>[];
  readonly failure?: readonly Init<RequestOp>[];
}

export function txnRequest(txn: TxnSpec) {
  return { compare: txn.if ?? [], success: txn.success ?? [], failure: txn.failure ?? [] };
}

/** The answer of one operation: what it read, wrote over or deleted. */
export type TextResult =
  | { readonly get: readonly TextKv[]; readonly count: bigint }
  | { readonly put: TextKv | undefined }
  | { readonly deleted: bigint; readonly prev: readonly TextKv[] }
  | { readonly succeeded: boolean; readonly results: readonly TextResult[] };

export function textResults(responses: readonly ResponseOp[]): TextResult[] {
  return responses.map((each) => {
    const { response_range: range, response_put: put, response_delete_range: deleted, response_txn: txn } = each;
    if (range) return { get: range.kvs.map(textKv), count: range.count };
    if (put) return { put: put.prev_kv && textKv(put.prev_kv) };
    if (deleted) return { deleted: deleted.deleted, prev: deleted.prev_kvs.map(textKv) };
    return textTxn(txn!);
  });
}

export function textTxn(txn: TxnResponse): { succeeded: boolean; results: TextResult[] } {
  return { succeeded: txn.succeeded, results: textResults(txn.responses) };
}
