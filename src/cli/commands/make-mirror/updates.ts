import type { Event, Init, RequestOp } from '../../../wire/index.ts';
import type { Rename } from './rename.ts';

/**
 * The transactions that do at the destination what a source's events did there:
 * one for each revision, so that what was changed together stays together, and
 * several where a revision has more than `maxOps` changes (0: no limit).
 * @param events of whole revisions, in order
 */
export function transactions(events: readonly Event[], rename: Rename, maxOps: number): Init<RequestOp>[][] {
  const result: Init<RequestOp>[][] = [];
  let current: Init<RequestOp>[] = [];
  let revision: bigint | undefined;
  for (const { type, kv } of events) {
    if (kv === undefined) continue;
    const isFull = maxOps > 0 && current.length === maxOps;
    if (kv.mod_revision !== revision || isFull) {
      current = [];
      result.push(current);
      revision = kv.mod_revision;
    }
    const key = rename(kv.key);
    current.push(type === deletion ? { request_delete_range: { key } } : { request_put: { key, value: kv.value } });
  }
  return result;
}

const deletion: Event['type'] = 1;
