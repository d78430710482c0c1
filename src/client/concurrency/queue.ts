import { Deadline, prefixEnd, rawTextBytes } from '../../base/index.ts';
import type { Compare, Init, RangeRequest } from '../../wire/index.ts';
import { linkSignals } from './abort.ts';
import { ConcurrencyError, interrupted, lostWatcher } from './errors.ts';
import type { ConcurrencyClient, Session } from './session.ts';

/* Values of the wire's enums, which live with the codecs; those are not needed here. */
const ASCENDING = 1;
const DESCENDING = 2;
const BY_CREATION = 2;
const EQUAL = 0;
const CREATE_REVISION = 1;
const DELETE = 1;

/** The directory of a lock or an election; its holder is the oldest key in it. */
export const directoryOf = (name: string): Uint8Array => rawTextBytes(`${name}/`);

/** One's own key in it: the lease in hex. Both are etcd's layout, which Go's clients share. */
export const keyOf = (name: string, session: Session): Uint8Array =>
  rawTextBytes(`${name}/${session.lease.toString(16)}`);

/** The holder's key. */
export function oldest(directory: Uint8Array): Init<RangeRequest> {
  return {
    key: directory,
    range_end: prefixEnd(directory),
    sort_order: ASCENDING,
    sort_target: BY_CREATION,
    limit: 1n,
  };
}

/** Whether a key still is the one created at `revision`; 0 for "does not exist". */
export const isCreatedAt = (key: Uint8Array, revision: bigint): Init<Compare> => ({
  key,
  result: EQUAL,
  target: CREATE_REVISION,
  create_revision: revision,
});

/**
 * Waits until every key of the directory that was created before `revision` is gone, by following the youngest
 * of them: each waiter wakes only when its predecessor leaves.
 * @throws ClientError, ConcurrencyError when the signal fires first
 */
export async function waitForTurn(
  client: ConcurrencyClient,
  directory: Uint8Array,
  revision: bigint,
  signal: AbortSignal,
): Promise<void> {
  const youngestBefore: Init<RangeRequest> = {
    key: directory,
    range_end: prefixEnd(directory),
    sort_order: DESCENDING,
    sort_target: BY_CREATION,
    limit: 1n,
    max_create_revision: revision - 1n,
  };
  for (;;) {
    if (signal.aborted) throw interrupted();
    const { header, kvs } = await client.kv.range(youngestBefore, { signal });
    const predecessor = kvs[0];
    if (predecessor === undefined) return;
    await waitForDeletion(client, predecessor.key, (header?.revision ?? 0n) + 1n, signal);
  }
}

async function waitForDeletion(
  client: ConcurrencyClient,
  key: Uint8Array,
  startRevision: bigint,
  signal: AbortSignal,
): Promise<void> {
  for await (const update of client.watch.watch({ key, startRevision }, { signal })) {
    // After a compaction the key has to be looked up again, which the caller does.
    if (update.compactRevision > 0n || update.events.some((event) => event.type === DELETE)) return;
    if (update.canceled) throw update.error ?? new ConcurrencyError(update.cancelReason);
  }
  throw signal.aborted ? interrupted() : lostWatcher();
}

/** The own place in a queue. */
export interface Place {
  readonly session: Session;
  readonly key: Uint8Array;
  /** Called when it is given up, before the key is deleted. */
  readonly lost: () => void;
  /** The error that tells of the session's end. */
  readonly expired: () => ConcurrencyError;
}

/**
 * Takes a place and waits in it, for as long as neither `signal` fires nor the session ends. When that fails, the own
 * key is gone again.
 * @throws what `wait` throws; ConcurrencyError of `expired`, or `context canceled` when the signal fires
 */
export async function holdPlace<T>(
  { session, key, lost, expired }: Place,
  signal: AbortSignal | undefined,
  wait: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw interrupted();
  const waiting = linkSignals(signal, session.lost);
  try {
    return await wait(waiting.signal);
  } catch (error) {
    lost();
    await withdraw(session, key);
    if (session.lost.aborted) throw expired();
    throw signal?.aborted ? interrupted() : error;
  } finally {
    waiting.release();
  }
}

/**
 * Deletes the own key after an attempt that failed: an interrupted request may have put it all the same. Where this
 * fails too, the key goes with the lease.
 */
async function withdraw({ client, ttlSeconds }: Session, key: Uint8Array): Promise<void> {
  const deadline = Deadline.after(ttlSeconds * 1000);
  await client.kv.deleteRange({ key }, { deadline }).catch(() => undefined);
}
