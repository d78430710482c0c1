import { RaftError } from '../errors.ts';
import type { Message } from '../message.ts';
import { hex } from '../text.ts';
import { send } from './send.ts';
import type { Raft } from './state.ts';

/**
 * A follower takes a leader's entries, or tells it where the logs may agree.
 * @throws {RaftError} `malformedMessage` when the entries do not follow one another
 */
export function receiveAppend(r: Raft, m: Message): void {
  checkConsecutive(r, m);
  const to = m.from;
  if (m.index < r.log.committed) {
    // An old message: what is committed agrees with the leader's log anyway.
    send(r, 'MsgAppResp', { to, index: r.log.committed });
    return;
  }
  const last = r.log.maybeAppend({ term: m.logTerm, index: m.index }, m.entries, m.commit);
  if (last !== undefined) {
    send(r, 'MsgAppResp', { to, index: last });
    return;
  }
  r.logger.debug(
    `${hex(r.id)} [logterm: ${r.log.termOrZero(m.index)}, index: ${m.index}] rejected MsgApp ` +
      `[logterm: ${m.logTerm}, index: ${m.index}] from ${hex(to)}`,
  );
  // The leader's log has no term above `logTerm` up to here, so entries of higher terms cannot agree.
  const end = r.log.lastIndex();
  const hint = r.log.findConflictByTerm(m.index < end ? m.index : end, m.logTerm);
  send(r, 'MsgAppResp', { to, index: m.index, reject: true, rejectHint: hint.index, logTerm: hint.term });
}

export function receiveHeartbeat(r: Raft, m: Message): void {
  r.log.commitTo(m.commit);
  send(r, 'MsgHeartbeatResp', { to: m.from, context: m.context });
}

/** A log with a hole in it could never be mended, so a message is not taken at its word. */
function checkConsecutive(r: Raft, { index, entries, from }: Message): void {
  let expected = index;
  for (const entry of entries) {
    expected++;
    if (entry.index !== expected) {
      throw new RaftError(
        'malformedMessage',
        `${hex(r.id)} refused MsgApp from ${hex(from)}: entry ${entry.index} stands where ${expected} belongs`,
      );
    }
  }
}
