/**
 * mvcc/: the key space with its history: revisions, ranges, transactions,
 * compaction, watches, hashes. Everything is synchronous and in memory; what
 * changes goes to a Journal, record by record as etcd's bucket `key` has it
 * (mvccpb.KeyValue under its revision), and from such records a store opens.
 *
 * The state is a function of the requests that were applied, in their order.
 * Responses carry a header with the revision alone; ids and term are the
 * member's to fill in. Requests are expected to have passed `checkRange`,
 * `checkPut`, `checkDeleteRange` or `checkTxn`; what then still can be wrong
 * (a compacted or future revision, an unknown lease, a missing key) is thrown
 * as an EtcdError before anything changes.
 *
 * Bytes in requests are kept, bytes in responses may be those of the store:
 * neither may be changed by anyone.
 */
export type { LeaseBook, StoreDeps, StoreHash, WatchOptions, WatchSession, WatchSink } from './types.ts';
export type { StoredHash } from './compaction/stored-hashes.ts';
export { checkDeleteRange, checkPut, checkRange, checkTxn } from './check-request.ts';
export { Store } from './store.ts';
export { txnHasPut, txnIsReadonly, txnIsSerializable, txnIsWrite } from './txn-kind.ts';
