import {
  CompactionRequest,
  CompactionResponse,
  DeleteRangeRequest,
  DeleteRangeResponse,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  RangeStreamResponse,
  TxnRequest,
  TxnResponse,
} from '../gen/rpc/kv.ts';
import { serverStream, unary } from '../method.ts';

/** The KV service: ranges, puts, deletes, transactions, compaction. */
export const kv = {
  range: unary('/etcdserverpb.KV/Range', RangeRequest, RangeResponse),
  rangeStream: serverStream('/etcdserverpb.KV/RangeStream', RangeRequest, RangeStreamResponse),
  put: unary('/etcdserverpb.KV/Put', PutRequest, PutResponse),
  deleteRange: unary('/etcdserverpb.KV/DeleteRange', DeleteRangeRequest, DeleteRangeResponse),
  txn: unary('/etcdserverpb.KV/Txn', TxnRequest, TxnResponse),
  compact: unary('/etcdserverpb.KV/Compact', CompactionRequest, CompactionResponse),
} as const;
