import { RaftError } from '../errors.ts';
import type { Message } from '../message.ts';
import { NONE } from '../types.ts';
import { countVote, runCampaign } from './election.ts';
import { receiveAppend, receiveHeartbeat } from './follower-log.ts';
import { hex, ROLE_TEXT } from '../text.ts';
import { broadcastAppend } from './replicate.ts';
import { becomeFollower, becomeLeader } from './roles.ts';
import { receiveSnapshot } from './snapshot.ts';
import type { Raft } from './state.ts';

/** For candidates and pre-candidates; they differ in which votes they count and what they do when they win. */
export function stepCandidate(r: Raft, m: Message): void {
  switch (m.type) {
    case 'MsgProp':
      r.logger.info(`${hex(r.id)} no leader at term ${r.term}; dropping proposal`);
      throw new RaftError('proposalDropped', 'raft proposal dropped');
    // A leader of this very term exists: the election is lost.
    case 'MsgApp':
      becomeFollower(r, m.term, m.from);
      receiveAppend(r, m);
      break;
    case 'MsgHeartbeat':
      becomeFollower(r, m.term, m.from);
      receiveHeartbeat(r, m);
      break;
    case 'MsgSnap':
      becomeFollower(r, m.term, m.from);
      receiveSnapshot(r, m);
      break;
    case 'MsgPreVoteResp':
    case 'MsgVoteResp':
      receiveVote(r, m);
      break;
    case 'MsgTimeoutNow':
      r.logger.debug(
        `${hex(r.id)} [term ${r.term} state ${ROLE_TEXT[r.role]}] ignored MsgTimeoutNow from ${hex(m.from)}`,
      );
      break;
    default:
      break;
  }
}

function receiveVote(r: Raft, m: Message): void {
  const isPreCandidate = r.role === 'preCandidate';
  // A candidate may still get answers to its pre-vote.
  if (m.type !== (isPreCandidate ? 'MsgPreVoteResp' : 'MsgVoteResp')) {
    return;
  }
  const result = countVote(r, m);
  if (result === 'lost') {
    becomeFollower(r, r.term, NONE);
  } else if (result === 'won' && isPreCandidate) {
    runCampaign(r, 'election');
  } else if (result === 'won') {
    becomeLeader(r);
    broadcastAppend(r);
  }
}
