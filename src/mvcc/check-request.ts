import { refuse } from '../wire/etcd-error.ts';
import type { DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest } from '../wire/index.ts';
import { checkOverlap } from './check-overlap.ts';

const SORT_ORDERS = 3;
const SORT_TARGETS = 5;
const DEFAULT_MAX_OPS = 128;

/** @throws EtcdError if no store would take the request, whatever it holds (etcd's v3rpc/key.go) */
export function checkRange(request: RangeRequest): void {
  if (request.key.length === 0) throw refuse.emptyKey();
  if (!isBelow(request.sort_order, SORT_ORDERS)) throw refuse.invalidSortOption();
  if (!isBelow(request.sort_target, SORT_TARGETS)) throw refuse.invalidSortOption();
}

/** @throws EtcdError as `checkRange` */
export function checkPut(request: PutRequest): void {
  if (request.key.length === 0) throw refuse.emptyKey();
  if (request.ignore_value && request.value.length > 0) throw refuse.valueProvided();
  if (request.ignore_lease && request.lease !== 0n) throw refuse.leaseProvided();
}

/** @throws EtcdError as `checkRange` */
export function checkDeleteRange(request: DeleteRangeRequest): void {
  if (request.key.length === 0) throw refuse.emptyKey();
}

/**
 * @param maxOps how many compares, operations of one branch or of the other there may be; nested transactions get what
 *   the one around them leaves
 * @throws EtcdError as `checkRange`; also if a key would be put twice, or put and deleted
 */
export function checkTxn(request: TxnRequest, maxOps = DEFAULT_MAX_OPS): void {
  checkOps(request, maxOps);
  // Only now, when it is known to be small.
  checkOverlap(request.success);
  checkOverlap(request.failure);
}

function checkOps(request: TxnRequest, maxOps: number): void {
  const ops = Math.max(request.compare.length, request.success.length, request.failure.length);
  if (ops > maxOps) throw refuse.tooManyOps();
  if (request.compare.some((compare) => compare.key.length === 0)) throw refuse.emptyKey();
  for (const op of request.success) checkOp(op, maxOps - ops);
  for (const op of request.failure) checkOp(op, maxOps - ops);
}

function checkOp(op: RequestOp, maxOps: number): void {
  if (op.request_range) checkRange(op.request_range);
  else if (op.request_put) checkPut(op.request_put);
  else if (op.request_delete_range) checkDeleteRange(op.request_delete_range);
  else if (op.request_txn) checkOps(op.request_txn, maxOps);
  // Odd for an operation that holds nothing, but what etcd answers.
  else throw refuse.keyNotFound();
}

/** Enums come off the wire as any number. */
function isBelow(value: number, limit: number): boolean {
  return value >= 0 && value < limit;
}
