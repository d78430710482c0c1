import type { Compare, DeleteRangeRequest, PutRequest, RangeRequest, TxnRequest } from '../../../src/wire/index.ts';
import { bytes } from './auth-world.ts';

export const get = (key: string, end = ''): RangeRequest => ({
  key: bytes(key),
  range_end: bytes(end),
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
});

export const put = (key: string, options: Partial<PutRequest> = {}): PutRequest => ({
  key: bytes(key),
  value: bytes(''),
  lease: 0n,
  prev_kv: false,
  ignore_value: false,
  ignore_lease: false,
  ...options,
});

export const del = (key: string, end = '', prevKv = false): DeleteRangeRequest => ({
  key: bytes(key),
  range_end: bytes(end),
  prev_kv: prevKv,
});

export const compare = (key: string, end = ''): Compare => ({
  key: bytes(key),
  range_end: bytes(end),
  result: 0,
  target: 0,
  version: 1n,
});

export const txn = (parts: Partial<TxnRequest>): TxnRequest => ({ compare: [], success: [], failure: [], ...parts });
