import { refuse } from '../wire/etcd-error.ts';
import type { DeleteRangeRequest, DeleteRangeResponse, KeyValue, PutRequest, PutResponse } from '../wire/index.ts';
import { LATEST } from './key-space.ts';
import { type ReadView, latestKeyValue } from './read-view.ts';
import { headerAt } from './response-header.ts';
import type { LeaseBook } from './types.ts';
import type { WriteBatch } from './write-batch.ts';

/** @throws EtcdError leaseNotFound; keyNotFound if something is to be kept of a key that does not exist */
export function checkPutApplies(view: ReadView, leases: LeaseBook, request: PutRequest): void {
  if (request.lease !== 0n && !leases.exists(request.lease)) throw refuse.leaseNotFound();
  if ((request.ignore_value || request.ignore_lease) && !view.space.read(request.key)) throw refuse.keyNotFound();
}

/** The request has passed `checkPutApplies`. */
export function executePut(batch: WriteBatch, request: PutRequest): PutResponse {
  const needsOld = request.ignore_value || request.ignore_lease || request.prev_kv;
  const old = needsOld ? latestKeyValue(batch, request.key) : undefined;
  // A delete to the last key may stand before it in its transaction, unnoticed by `checkTxn`: nothing is left to keep.
  const value = request.ignore_value && old ? old.value : request.value;
  const lease = request.ignore_lease && old ? old.lease : request.lease;
  batch.put(request.key, value, lease);
  return { header: headerAt(batch.revision), prev_kv: request.prev_kv ? old : undefined };
}

export function executeDeleteRange(batch: WriteBatch, request: DeleteRangeRequest): DeleteRangeResponse {
  const previous: KeyValue[] = [];
  if (request.prev_kv) {
    batch.space.visit(request.key, request.range_end, LATEST, (segment, slot) => {
      batch.space.readRecord(segment, slot);
      previous.push(batch.space.reader.keyValue());
      return true;
    });
  }
  const deleted = BigInt(batch.deleteRange(request.key, request.range_end));
  return { header: headerAt(batch.revision), deleted, prev_kvs: previous };
}
