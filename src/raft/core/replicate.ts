import { fail } from '../errors.ts';
import { payloadBytes } from '../log/index.ts';
import { formatProgress, type Progress } from '../tracker/index.ts';
import { type Entry, NO_BYTES } from '../types.ts';
import { hex } from '../text.ts';
import { send } from './send.ts';
import type { Raft } from './state.ts';

/** Sends to every other member what it lacks, or at least the commit index. */
export function broadcastAppend(r: Raft): void {
  for (const id of r.tracker.ids) {
    if (id !== r.id) {
      sendAppend(r, id, true);
    }
  }
}

/**
 * Sends `to` the entries that it lacks, as far as one message and flow control
 * allow, or a snapshot if they are gone.
 * @param ifEmpty whether to send even without entries, for the sake of the commit index
 * @returns whether a message was sent
 */
export function sendAppend(r: Raft, to: bigint, ifEmpty: boolean): boolean {
  const pr = progressOf(r, to);
  if (pr.isPaused()) {
    return false;
  }
  const previous = pr.next - 1n;
  const previousTerm = r.log.term(previous);
  if (typeof previousTerm !== 'bigint') {
    return sendSnapshot(r, to, pr);
  }
  const entries = entriesFor(r, pr);
  if (typeof entries === 'string') {
    return ifEmpty && sendSnapshot(r, to, pr);
  }
  if (entries.length === 0 && !ifEmpty) {
    return false;
  }
  send(r, 'MsgApp', { to, index: previous, logTerm: previousTerm, entries, commit: r.log.committed });
  pr.sentEntries(entries.length, payloadBytes(entries));
  pr.sentCommit = r.log.committed;
  return true;
}

/** Sends every other member a heartbeat, which carries the latest of the reads that wait for confirmation. */
export function broadcastHeartbeat(r: Raft): void {
  const context = r.reads.heartbeatContext();
  for (const id of r.tracker.ids) {
    if (id !== r.id) {
      sendHeartbeat(r, id, context);
    }
  }
}

/** Commits what a quorum has acknowledged. @returns whether the commit index moved */
export function maybeCommit(r: Raft): boolean {
  return r.log.maybeCommit({ term: r.term, index: r.tracker.committed() });
}

/**
 * With a full window only empty messages go out. If all messages that filled
 * it were lost, the refusal of an empty one is what empties it again.
 */
function entriesFor(r: Raft, pr: Progress): readonly Entry[] | 'compacted' {
  if (pr.state === 'replicate' && pr.inflights.isFull()) {
    return [];
  }
  return r.log.entriesFrom(pr.next, r.settings.maxBytesPerMessage);
}

function sendSnapshot(r: Raft, to: bigint, pr: Progress): boolean {
  if (!pr.recentActive) {
    r.logger.debug(`ignore sending snapshot to ${hex(to)} since it is not recently active`);
    return false;
  }
  const snapshot = r.log.snapshot();
  if (snapshot === 'temporarilyUnavailable') {
    r.logger.debug(`${hex(r.id)} failed to send snapshot to ${hex(to)} because snapshot is temporarily unavailable`);
    return false;
  }
  if (snapshot.index === 0n) {
    fail(`the log begins at ${r.log.firstIndex()}, but there is no snapshot of what was before`);
  }
  r.logger.debug(
    `${hex(r.id)} [firstindex: ${r.log.firstIndex()}, commit: ${r.log.committed}] sent ` +
      `snapshot[index: ${snapshot.index}, term: ${snapshot.term}] to ${hex(to)} [${formatProgress(pr)}]`,
  );
  pr.becomeSnapshot(snapshot.index);
  r.logger.debug(`${hex(r.id)} paused sending replication messages to ${hex(to)} [${formatProgress(pr)}]`);
  send(r, 'MsgSnap', { to, snapshot });
  return true;
}

function sendHeartbeat(r: Raft, to: bigint, context: Uint8Array = NO_BYTES): void {
  const pr = progressOf(r, to);
  // A follower must not commit beyond where its log is known to agree.
  const commit = pr.match < r.log.committed ? pr.match : r.log.committed;
  send(r, 'MsgHeartbeat', { to, commit, context });
  pr.sentCommit = commit;
}

function progressOf(r: Raft, id: bigint): Progress {
  return r.tracker.get(id) ?? fail(`no progress for member ${hex(id)}`);
}
