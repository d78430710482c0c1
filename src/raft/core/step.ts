import type { Message } from '../message.ts';
import { NONE } from '../types.ts';
import { entriesApplied, snapshotApplied } from './apply.ts';
import { stepCandidate } from './candidate.ts';
import { answerVoteRequest, isWithinLease, rejectOldPreVote, startElection } from './election.ts';
import { stepFollower } from './follower.ts';
import { hex } from '../text.ts';
import { stepLeader } from './leader.ts';
import { becomeFollower } from './roles.ts';
import { send } from './send.ts';
import type { Raft } from './state.ts';

/**
 * The one way in for messages: terms first, then what every role does alike, then what the role does.
 * @throws {RaftError} when the message is refused; nothing has changed then but the term
 */
export function step(r: Raft, m: Message): void {
  // A zero term marks a message of this node to itself, or a client's request.
  if (m.term > r.term) {
    if (!followHigherTerm(r, m)) {
      return;
    }
  } else if (m.term < r.term && m.term !== 0n) {
    answerLowerTerm(r, m);
    return;
  }
  switch (m.type) {
    case 'MsgHup':
      startElection(r, r.settings.preVote ? 'preElection' : 'election');
      break;
    case 'MsgStorageAppendResp':
      storageAppended(r, m);
      break;
    case 'MsgStorageApplyResp':
      entriesApplied(r, m.entries);
      break;
    case 'MsgVote':
    case 'MsgPreVote':
      answerVoteRequest(r, m);
      break;
    default:
      stepRole(r, m);
  }
}

function stepRole(r: Raft, m: Message): void {
  switch (r.role) {
    case 'leader':
      stepLeader(r, m);
      break;
    case 'follower':
      stepFollower(r, m);
      break;
    case 'candidate':
    case 'preCandidate':
      stepCandidate(r, m);
      break;
  }
}

/** @returns whether the message is to be looked at any further */
function followHigherTerm(r: Raft, m: Message): boolean {
  const asksForVote = m.type === 'MsgVote' || m.type === 'MsgPreVote';
  if (asksForVote && isWithinLease(r, m)) {
    return false;
  }
  // A pre-vote names a term that has not begun, and so does its being granted. A refusal names the
  // term of the node that refuses, which is a reason to follow.
  if (m.type === 'MsgPreVote' || (m.type === 'MsgPreVoteResp' && !m.reject)) {
    return true;
  }
  r.logger.info(
    `${hex(r.id)} [term: ${r.term}] received a ${m.type} message with higher term from ${hex(m.from)} [term: ${m.term}]`,
  );
  const isFromLeader = m.type === 'MsgApp' || m.type === 'MsgHeartbeat' || m.type === 'MsgSnap';
  becomeFollower(r, m.term, isFromLeader ? m.from : NONE);
  return true;
}

function answerLowerTerm(r: Raft, m: Message): void {
  const { checkQuorum, preVote } = r.settings;
  if ((checkQuorum || preVote) && (m.type === 'MsgHeartbeat' || m.type === 'MsgApp')) {
    // This node may have moved on to a term in which nobody votes for it, as all have a leader. Its
    // higher term makes that leader step down, and the next election brings it back in.
    send(r, 'MsgAppResp', { to: m.from });
  } else if (m.type === 'MsgPreVote') {
    rejectOldPreVote(r, m);
  } else if (m.type === 'MsgStorageAppendResp') {
    storageAppendedInLowerTerm(r, m);
  } else {
    r.logger.info(
      `${hex(r.id)} [term: ${r.term}] ignored a ${m.type} message with lower term from ${hex(m.from)} [term: ${m.term}]`,
    );
  }
}

function storageAppended(r: Raft, m: Message): void {
  if (m.index !== 0n) {
    r.log.unstable.stableTo({ term: m.logTerm, index: m.index });
  }
  if (m.snapshot !== undefined) {
    snapshotApplied(r, m.snapshot);
  }
}

/** Entries written in an earlier term may be overwritten by a write under way; a snapshot stays valid. */
function storageAppendedInLowerTerm(r: Raft, m: Message): void {
  if (m.index !== 0n) {
    r.logger.info(
      `${hex(r.id)} [term: ${r.term}] ignored entry appends from a ${m.type} message with lower term [term: ${m.term}]`,
    );
  }
  if (m.snapshot !== undefined) {
    snapshotApplied(r, m.snapshot);
  }
}
