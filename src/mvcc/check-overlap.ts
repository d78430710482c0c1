import { refuse } from '../wire/etcd-error.ts';
import type { RequestOp } from '../wire/index.ts';
import { IntervalSet } from './interval-set.ts';
import { textOf } from './key-text.ts';

/** What operations change: keys put, by their text, and stretches deleted. */
interface Changes {
  readonly puts: Map<string, Uint8Array>;
  readonly deletes: IntervalSet;
}

/**
 * Refuses operations that put a key twice, or put what they delete. The branches of one nested transaction exclude each
 * other and may put the same key. The order is etcd's, with one gap of its own: what a nested transaction deletes is
 * not held against what an earlier nested one put.
 * @throws EtcdError
 */
export function checkOverlap(ops: readonly RequestOp[]): Changes {
  const deletes = new IntervalSet();
  for (const { request_delete_range: request } of ops) {
    if (request) deletes.addRange(request.key, request.range_end);
  }
  const changes: Changes = { puts: new Map(), deletes };
  for (const { request_txn: nested } of ops) {
    if (!nested) continue;
    const success = checkOverlap(nested.success);
    const failure = checkOverlap(nested.failure);
    addPuts(changes, success.puts);
    addPuts(changes, failure.puts, success.puts);
    deletes.addAll(success.deletes);
    deletes.addAll(failure.deletes);
  }
  for (const { request_put: request } of ops) {
    if (request) addPut(changes, textOf(request.key), request.key);
  }
  return changes;
}

function addPuts(changes: Changes, puts: Changes['puts'], alternatives?: Changes['puts']): void {
  for (const [text, key] of puts) {
    if (alternatives?.has(text) && !changes.deletes.has(key)) continue;
    addPut(changes, text, key);
  }
}

function addPut({ puts, deletes }: Changes, text: string, key: Uint8Array): void {
  if (puts.has(text) || deletes.has(key)) throw refuse.duplicateKey();
  puts.set(text, key);
}
