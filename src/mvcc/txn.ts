import { refuse } from '../wire/etcd-error.ts';
import type { RequestOp, ResponseOp, TxnRequest, TxnResponse } from '../wire/index.ts';
import { compareHolds } from './compare.ts';
import { executeRange } from './range.ts';
import type { ReadView } from './read-view.ts';
import { headerAt } from './response-header.ts';
import type { LeaseBook } from './types.ts';
import { checkPutApplies, executeDeleteRange, executePut } from './write.ts';
import type { WriteBatch } from './write-batch.ts';

/** A transaction whose compares are decided, those of nested ones too. */
interface Decided {
  readonly succeeded: boolean;
  readonly ops: readonly RequestOp[];
  /** By the index in `ops`. */
  readonly nested: ReadonlyMap<number, Decided>;
}

/**
 * All compares, nested ones included, are about the state before the transaction; ranges see what stands before them.
 * Everything that can fail is tried before anything changes.
 * @throws EtcdError as range and put
 */
export function executeTxn(batch: WriteBatch, leases: LeaseBook, request: TxnRequest): TxnResponse {
  const decided = decide(batch, request);
  checkApplies(batch, leases, decided);
  const response = execute(batch, decided);
  return { ...response, header: headerAt(batch.revision) };
}

function decide(view: ReadView, request: TxnRequest): Decided {
  const succeeded = request.compare.every((compare) => compareHolds(view, compare));
  const ops = succeeded ? request.success : request.failure;
  const nested = new Map<number, Decided>();
  for (const [index, op] of ops.entries()) if (op.request_txn) nested.set(index, decide(view, op.request_txn));
  return { succeeded, ops, nested };
}

function checkApplies(view: ReadView, leases: LeaseBook, { ops, nested }: Decided): void {
  for (const [index, op] of ops.entries()) {
    const inner = nested.get(index);
    if (op.request_range) checkRevision(view, op.request_range.revision);
    else if (op.request_put) checkPutApplies(view, leases, op.request_put);
    else if (inner) checkApplies(view, leases, inner);
  }
}

function checkRevision(view: ReadView, revision: bigint): void {
  if (revision === 0n) return;
  if (revision > view.revision) throw refuse.futureRevision();
  if (revision < view.compactRevision) throw refuse.compacted();
}

function execute(batch: WriteBatch, { succeeded, ops, nested }: Decided): TxnResponse {
  const responses = ops.map((op, index): ResponseOp => {
    const inner = nested.get(index);
    if (op.request_range) {
      batch.asked.ranges += 1;
      return { response_range: executeRange(batch, op.request_range) };
    }
    if (op.request_put) return { response_put: executePut(batch, op.request_put) };
    if (op.request_delete_range) return { response_delete_range: executeDeleteRange(batch, op.request_delete_range) };
    return inner ? { response_txn: execute(batch, inner) } : {};
  });
  // Only the outermost says a revision.
  return { header: headerAt(0n), succeeded, responses };
}
