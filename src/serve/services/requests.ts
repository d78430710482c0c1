import type { Compare, RangeRequest, RequestOp, TxnRequest, WatchCreateRequest } from '../../wire/index.ts';

/** Requests with all that etcd's messages may leave out. */

const none = new Uint8Array();

export const rangeOf = (key: Uint8Array, more: Partial<RangeRequest> = {}): RangeRequest => ({
  key,
  range_end: none,
  limit: 0n,
  revision: 0n,
  sort_order: 0,
  sort_target: 0,
  serializable: false,
  keys_only: false,
  count_only: false,
  min_mod_revision: 0n,
  max_mod_revision: 0n,
  min_create_revision: 0n,
  max_create_revision: 0n,
  ...more,
});

export const watchOf = (key: Uint8Array, more: Partial<WatchCreateRequest> = {}): WatchCreateRequest => ({
  key,
  range_end: none,
  start_revision: 0n,
  progress_notify: false,
  filters: [],
  prev_kv: false,
  watch_id: 0n,
  fragment: false,
  ...more,
});

/** What is done if a key was created at a revision; 0: if it does not exist. */
export const ifCreatedAt = (
  key: Uint8Array,
  revision: bigint,
  { success, failure = [] }: { readonly success: RequestOp[]; readonly failure?: RequestOp[] },
): TxnRequest => ({ compare: [createdAt(key, revision)], success, failure });

const createdAt = (key: Uint8Array, revision: bigint): Compare => ({
  key,
  range_end: none,
  result: 0,
  target: 1,
  create_revision: revision,
});

export const putOp = (key: Uint8Array, value: Uint8Array, lease: bigint): RequestOp => ({
  request_put: { key, value, lease, prev_kv: false, ignore_value: false, ignore_lease: false },
});

export const rangeOp = (request: RangeRequest): RequestOp => ({ request_range: request });

export const deleteOp = (key: Uint8Array): RequestOp => ({
  request_delete_range: { key, range_end: none, prev_kv: false },
});
