import type { Message } from '../message.ts';
import { formatProgress, type Progress } from '../tracker/index.ts';
import { hex } from '../text.ts';
import { releasePostponedReads } from './read-index.ts';
import { broadcastAppend, maybeCommit, sendAppend } from './replicate.ts';
import type { Raft } from './state.ts';
import { continueTransfer } from './transfer.ts';

/** A leader receives a follower's (or its own) answer to an append. */
export function receiveAppendResponse(r: Raft, m: Message, pr: Progress): void {
  pr.recentActive = true;
  if (m.reject) {
    stepBack(r, m, pr);
    return;
  }
  // An acknowledgement of nothing new still shows a probed follower to be in agreement.
  const recovers = pr.match === m.index && pr.state === 'probe';
  if (!pr.maybeUpdate(m.index) && !recovers) {
    return;
  }
  resume(r, m, pr);
  if (maybeCommit(r)) {
    releasePostponedReads(r);
    broadcastAppend(r);
  } else if (m.from !== r.id && pr.canBumpCommit(r.log.committed)) {
    // The next heartbeat would tell it as well, but later.
    sendAppend(r, m.from, true);
  }
  if (m.from !== r.id) {
    // The acknowledgement may have opened the window for more than one message.
    while (sendAppend(r, m.from, false)) {}
  }
  continueTransfer(r, m.from, pr);
}

/**
 * The follower has no entry `m.index` of the term that the leader has there.
 * It hints at the last place where the logs may agree, by its own terms; the
 * leader looks in its own log for the last term that is no higher. Together
 * they skip a whole term with every exchange instead of one entry.
 */
function stepBack(r: Raft, m: Message, pr: Progress): void {
  r.logger.debug(
    `${hex(r.id)} received MsgAppResp(rejected, hint: (index ${m.rejectHint}, term ${m.logTerm})) ` +
      `from ${hex(m.from)} for index ${m.index}`,
  );
  const hint = m.logTerm > 0n ? r.log.findConflictByTerm(m.rejectHint, m.logTerm).index : m.rejectHint;
  if (!pr.maybeDecrease(m.index, hint)) {
    return;
  }
  r.logger.debug(`${hex(r.id)} decreased progress of ${hex(m.from)} to [${formatProgress(pr)}]`);
  if (pr.state === 'replicate') {
    pr.becomeProbe();
  }
  sendAppend(r, m.from, true);
}

function resume(r: Raft, m: Message, pr: Progress): void {
  switch (pr.state) {
    case 'probe':
      pr.becomeReplicate();
      break;
    case 'snapshot':
      // Wherever the follower got a snapshot from: once the log goes on from where it is, that will do.
      if (pr.match + 1n >= r.log.firstIndex()) {
        r.logger.debug(
          `${hex(r.id)} recovered from needing snapshot, ` +
            `resumed sending replication messages to ${hex(m.from)} [${formatProgress(pr)}]`,
        );
        pr.becomeProbe();
        pr.becomeReplicate();
      }
      break;
    case 'replicate':
      pr.inflights.freeUpTo(m.index);
      break;
  }
}
