import { payloadBytes } from '../log/index.ts';
import { type Entry, type EntryType, NO_BYTES } from '../types.ts';
import { hex } from '../text.ts';
import { send } from './send.ts';
import type { Raft } from './state.ts';

/** What is proposed: the leader gives it a term and an index. */
export interface Proposal {
  readonly type: EntryType;
  readonly data: Uint8Array;
}

/** Makes an election known to the log: with it the entries of earlier terms commit too. */
export const EMPTY_PROPOSAL: Proposal = { type: 'EntryNormal', data: NO_BYTES };

/**
 * Adds entries to a leader's own log.
 * @returns false, and adds nothing, when too much is uncommitted already
 */
export function appendToLog(r: Raft, proposals: readonly Proposal[]): boolean {
  let index = r.log.lastIndex();
  const entries: Entry[] = [];
  for (const { type, data } of proposals) {
    index++;
    entries.push({ term: r.term, index, type, data });
  }
  if (!reserveUncommitted(r, payloadBytes(entries))) {
    r.logger.warn(
      `${hex(r.id)} appending new entries to log would exceed uncommitted entry size limit; dropping proposal`,
    );
    return false;
  }
  r.log.append(entries);
  // The leader counts itself only once its own write is done, which this message to itself will say.
  send(r, 'MsgAppResp', { to: r.id, index });
  return true;
}

/** The application has applied entries of this many payload bytes. */
export function releaseUncommitted(r: Raft, bytes: number): void {
  r.uncommittedBytes = Math.max(0, r.uncommittedBytes - bytes);
}

/**
 * One proposal always fits when nothing else is uncommitted, whatever its
 * size; and entries without payload (a new leader's, and those that leave a
 * joint configuration) are never refused.
 */
function reserveUncommitted(r: Raft, bytes: number): boolean {
  if (r.uncommittedBytes > 0 && bytes > 0 && r.uncommittedBytes + bytes > r.settings.maxUncommittedBytes) {
    return false;
  }
  r.uncommittedBytes += bytes;
  return true;
}
