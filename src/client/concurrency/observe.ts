import { prefixEnd } from '../../base/index.ts';
import type { KeyValue, RangeResponse, ResponseHeader } from '../../wire/index.ts';
import type { WatchSpec } from '../api.ts';
import { directoryOf, oldest } from './queue.ts';
import type { ConcurrencyClient } from './session.ts';

const DELETE = 1;

interface Leader {
  readonly header: ResponseHeader | undefined;
  readonly kv: KeyValue;
}

/**
 * Follows an election from outside: yields the leader, then every new leader and whatever a leader newly proclaims,
 * each as the response of a Range for its key (without a count). Ends when `signal` fires or a watch is lost for good.
 * @throws ClientError when the leader cannot be looked up
 */
export async function* observe(
  client: ConcurrencyClient,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<RangeResponse, undefined, undefined> {
  const directory = directoryOf(name);
  let shown: bigint | undefined;
  while (!signal.aborted) {
    const { header, kvs } = await client.kv.range(oldest(directory), { signal });
    const revision = header?.revision ?? 0n;
    const leader = kvs[0] === undefined ? await firstPut(client, directory, revision, signal) : { header, kv: kvs[0] };
    if (leader === 'lost') return;
    // After a compaction, and after the end of a leadership, the leader has to be looked up again.
    if (leader === 'compacted') continue;
    if (leader.kv.mod_revision !== shown) yield asRange(leader);
    const end = yield* follow(client, leader, signal);
    if (end === 'lost') return;
    shown = end;
  }
}

/** Waits for the first candidate of an election that has none. */
async function firstPut(
  client: ConcurrencyClient,
  directory: Uint8Array,
  revision: bigint,
  signal: AbortSignal,
): Promise<Leader | 'compacted' | 'lost'> {
  const spec: WatchSpec = { key: directory, rangeEnd: prefixEnd(directory), startRevision: revision + 1n };
  for await (const update of client.watch.watch(spec, { signal })) {
    if (update.compactRevision > 0n) return 'compacted';
    if (update.canceled) return 'lost';
    const kv = update.events.find((event) => event.type !== DELETE)?.kv;
    // The header may be ahead of the event by others in the same response.
    if (kv !== undefined) return { header: update.header && { ...update.header, revision: kv.mod_revision }, kv };
  }
  return 'lost';
}

/** Yields what the leader proclaims until it leaves, or has to be looked up again; returns what was shown last. */
async function* follow(
  client: ConcurrencyClient,
  { header, kv }: Leader,
  signal: AbortSignal,
): AsyncGenerator<RangeResponse, bigint | 'lost', undefined> {
  const startRevision = (header?.revision ?? 0n) + 1n;
  let shown = kv.mod_revision;
  for await (const update of client.watch.watch({ key: kv.key, startRevision }, { signal })) {
    for (const event of update.events) {
      if (event.type === DELETE) return shown;
      if (event.kv === undefined) continue;
      shown = event.kv.mod_revision;
      yield asRange({ header: update.header, kv: event.kv });
    }
    if (update.compactRevision > 0n) return shown;
    if (update.canceled) return 'lost';
  }
  return 'lost';
}

const asRange = ({ header, kv }: Leader): RangeResponse => ({ header, kvs: [kv], more: false, count: 0n });
