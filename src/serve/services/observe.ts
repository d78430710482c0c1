import { prefixEnd } from '../../base/index.ts';
import { GrpcError, StatusCode } from '../../grpc/index.ts';
import type { Responses } from '../../grpc/server/index.ts';
import type { LeaderResponse } from '../../wire/gen/rpc/election.ts';
import type { KeyValue, WatchResponse } from '../../wire/index.ts';
import type { QueueOfKeys } from './queue-of-keys.ts';

const PUT = 0;
const DELETE = 1;

/** Tells of every leader, and of what each proclaims, until the observer goes. Never of the same twice, never backwards. */
export async function observe(queue: QueueOfKeys, responses: Responses<LeaderResponse>): Promise<void> {
  const send = async (response: LeaderResponse): Promise<void> => {
    responses.send(response);
    await responses.ready();
  };
  while (!responses.isOver) {
    const leader = await nextLeader(queue);
    if (leader?.kv === undefined) continue;
    await send(leader);
    for await (const update of queue.watch(leader.kv.key, (leader.header?.revision ?? 0n) + 1n)) {
      if (isOvertaken(update)) break;
      const end = update.events.findIndex(({ type }) => type === DELETE);
      const puts = end < 0 ? update.events : update.events.slice(0, end);
      for (const { kv } of puts) await send({ header: update.header, kv });
      if (end >= 0 || responses.isOver) break;
    }
  }
}

/** The leader there is, or the first to come; undefined when compaction was faster, and it is to be asked again. */
async function nextLeader(queue: QueueOfKeys): Promise<LeaderResponse | undefined> {
  const { header, kvs } = await queue.range(queue.oldest());
  if (kvs.length > 0) return { header, kv: kvs[0] };
  for await (const update of queue.watch(queue.prefix, header?.revision ?? 0n, prefixEnd(queue.prefix))) {
    if (isOvertaken(update)) return undefined;
    const kv: KeyValue | undefined = update.events.find(({ type }) => type === PUT)?.kv;
    // Later events of the same response are still to come for whoever watches on from here.
    if (kv !== undefined && update.header !== undefined) {
      return { header: { ...update.header, revision: kv.mod_revision }, kv };
    }
  }
  return undefined;
}

function isOvertaken({ canceled, compact_revision, cancel_reason }: WatchResponse): boolean {
  if (canceled && compact_revision === 0n) throw new GrpcError(StatusCode.Unknown, cancel_reason);
  return canceled;
}
