import { RaftError } from '../errors.ts';
import type { Message } from '../message.ts';
import { formatProgress, type Progress } from '../tracker/index.ts';
import { NONE } from '../types.ts';
import { hex } from '../text.ts';
import { receiveAppendResponse } from './leader-acks.ts';
import { proposeAsLeader } from './proposals.ts';
import { acknowledgeReads, readAsLeader } from './read-index.ts';
import { broadcastHeartbeat, sendAppend } from './replicate.ts';
import { becomeFollower } from './roles.ts';
import type { Raft } from './state.ts';
import { transferAsLeader } from './transfer.ts';

/** @throws {RaftError} `proposalDropped`, `malformedMessage`, `malformedConfChange` */
export function stepLeader(r: Raft, m: Message): void {
  switch (m.type) {
    case 'MsgBeat':
      broadcastHeartbeat(r);
      return;
    case 'MsgCheckQuorum':
      checkQuorum(r);
      return;
    case 'MsgProp':
      if (m.entries.length === 0) {
        throw new RaftError('malformedMessage', `${hex(r.id)} stepped empty MsgProp`);
      }
      if (!proposeAsLeader(r, m.entries)) {
        throw new RaftError('proposalDropped', 'raft proposal dropped');
      }
      return;
    case 'MsgReadIndex':
      readAsLeader(r, m);
      return;
    case 'MsgForgetLeader':
      return;
    default:
      stepWithProgress(r, m);
  }
}

/** The messages that are about one follower. */
function stepWithProgress(r: Raft, m: Message): void {
  const pr = r.tracker.get(m.from);
  if (pr === undefined) {
    r.logger.debug(`${hex(r.id)} no progress available for ${hex(m.from)}`);
    return;
  }
  switch (m.type) {
    case 'MsgAppResp':
      receiveAppendResponse(r, m, pr);
      break;
    case 'MsgHeartbeatResp':
      receiveHeartbeatResponse(r, m, pr);
      break;
    case 'MsgSnapStatus':
      receiveSnapshotStatus(r, m, pr);
      break;
    case 'MsgUnreachable':
      // Appends that were streamed to it are probably lost.
      if (pr.state === 'replicate') {
        pr.becomeProbe();
      }
      r.logger.debug(
        `${hex(r.id)} failed to send message to ${hex(m.from)} because it is unreachable [${formatProgress(pr)}]`,
      );
      break;
    case 'MsgTransferLeader':
      transferAsLeader(r, m, pr);
      break;
    default:
      break;
  }
}

/** A leader that no quorum has answered since the last check may have been replaced without knowing. */
function checkQuorum(r: Raft): void {
  if (!r.tracker.isQuorumActive()) {
    r.logger.warn(`${hex(r.id)} stepped down to follower since quorum is not active`);
    becomeFollower(r, r.term, NONE);
  }
  for (const [id, pr] of r.tracker.progress) {
    if (id !== r.id) {
      pr.recentActive = false;
    }
  }
}

function receiveHeartbeatResponse(r: Raft, m: Message, pr: Progress): void {
  pr.recentActive = true;
  pr.appendPaused = false;
  // Also without anything new: an answer to an empty append brings a probed follower back to streaming, and
  // a refusal empties a window whose messages were all lost.
  if (pr.match < r.log.lastIndex() || pr.state === 'probe') {
    sendAppend(r, m.from, true);
  }
  acknowledgeReads(r, m);
}

/** The application tells how the sending of a snapshot went. */
function receiveSnapshotStatus(r: Raft, m: Message, pr: Progress): void {
  if (pr.state !== 'snapshot') {
    return;
  }
  if (m.reject) {
    // Without it, the probe begins where the follower's log is known to agree.
    pr.pendingSnapshot = 0n;
  }
  pr.becomeProbe();
  r.logger.debug(
    `${hex(r.id)} snapshot ${m.reject ? 'failed' : 'succeeded'}, ` +
      `resumed sending replication messages to ${hex(m.from)} [${formatProgress(pr)}]`,
  );
  // After success the follower's own acknowledgement sets the pace, after failure the next heartbeat does.
  pr.appendPaused = true;
}
