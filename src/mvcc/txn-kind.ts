import type { RequestOp, TxnRequest } from '../wire/index.ts';

/**
 * Whether both branches hold nothing but ranges. A nested transaction counts as a write whatever it holds, as in etcd,
 * which therefore sends it through the log.
 */
export function txnIsReadonly(request: TxnRequest): boolean {
  return everyOp(request, (op) => op.request_range !== undefined);
}

/** Whether both branches hold nothing but ranges that may be answered without asking the other members. */
export function txnIsSerializable(request: TxnRequest): boolean {
  return everyOp(request, (op) => op.request_range?.serializable === true);
}

/** Whether a put or a delete stands anywhere in it, nested transactions included. */
export function txnIsWrite(request: TxnRequest): boolean {
  return !everyOp(request, (op) => !isWrite(op));
}

/** Whether a put stands anywhere in it: what a member without space refuses. */
export function txnHasPut(request: TxnRequest): boolean {
  return !everyOp(request, (op) => !(op.request_put || (op.request_txn && txnHasPut(op.request_txn))));
}

function isWrite(op: RequestOp): boolean {
  if (op.request_txn) return txnIsWrite(op.request_txn);
  return op.request_put !== undefined || op.request_delete_range !== undefined;
}

function everyOp(request: TxnRequest, test: (op: RequestOp) => boolean): boolean {
  return request.success.every(test) && request.failure.every(test);
}
