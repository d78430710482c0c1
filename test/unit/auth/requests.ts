import type { Compare, DeleteRangeRequest, PutRequest, RangeRequest, TxnRequest } from '../../../src/wire/index.ts';
import { RangeRequest as RangeCodec } from '../../../src/wire/gen/rpc/kv.ts';
import { bytes } from './auth-world.ts';

export const get = (key: string, end = ''): RangeRequest =>
  RangeCodec.fromPartial({ key: bytes(key), range_end: bytes(end) });

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
