import { allVoters, sortedIds, type VoteResult } from '../quorum/index.ts';
import type { Message, MessageType } from '../message.ts';
import { NO_BYTES, NONE } from '../types.ts';
import { hex } from '../text.ts';
import { becomeCandidate, becomePreCandidate } from './roles.ts';
import { sendVote } from './send.ts';
import type { Raft } from './state.ts';

/** Why a node campaigns. A transfer skips the pre-vote, and asks voters to ignore that they have a leader. */
export type Campaign = 'preElection' | 'election' | 'transfer';

/** The context of a vote request whose sender was told by the leader to take over. */
const TRANSFER_CONTEXT = new TextEncoder().encode('CampaignTransfer');

/** Starts an election if this node may stand in one. */
export function startElection(r: Raft, campaign: Campaign): void {
  if (r.role === 'leader') {
    r.logger.debug(`${hex(r.id)} ignoring MsgHup because already leader`);
    return;
  }
  if (!isPromotable(r)) {
    r.logger.warn(`${hex(r.id)} is unpromotable and can not campaign`);
    return;
  }
  if (hasUnappliedConfChange(r)) {
    r.logger.warn(
      `${hex(r.id)} cannot campaign at term ${r.term} since there are still pending configuration changes to apply`,
    );
    return;
  }
  r.logger.info(`${hex(r.id)} is starting a new election at term ${r.term}`);
  runCampaign(r, campaign);
}

/** Asks all voters for their votes; its own comes by a message to itself, once it is persisted. */
export function runCampaign(r: Raft, campaign: Campaign): void {
  const isPreVote = campaign === 'preElection';
  if (isPreVote) {
    becomePreCandidate(r);
  } else {
    becomeCandidate(r);
  }
  const request = isPreVote ? 'MsgPreVote' : 'MsgVote';
  // A pre-vote is about the term that an election would have, which has not begun.
  const term = isPreVote ? r.term + 1n : r.term;
  const context = campaign === 'transfer' ? TRANSFER_CONTEXT : NO_BYTES;
  const last = r.log.lastId();
  for (const to of sortedIds(allVoters(r.tracker.config.voters))) {
    if (to === r.id) {
      sendVote(r, responseTo(request), { to, term });
      continue;
    }
    r.logger.info(
      `${hex(r.id)} [logterm: ${last.term}, index: ${last.index}] sent ${request} request to ${hex(to)} at term ${r.term}`,
    );
    sendVote(r, request, { to, term, index: last.index, logTerm: last.term, context });
  }
}

/** Counts a vote in this node's election. */
export function countVote(r: Raft, { from, type, reject }: Message): VoteResult {
  const what = reject ? `${type} rejection` : type;
  r.logger.info(`${hex(r.id)} received ${what} from ${hex(from)} at term ${r.term}`);
  r.tracker.recordVote(from, !reject);
  const { granted, rejected, result } = r.tracker.tallyVotes();
  r.logger.info(`${hex(r.id)} has received ${granted} ${type} votes and ${rejected} vote rejections`);
  return result;
}

/**
 * Answers a request for a vote. Learners vote too: one that was promoted may
 * not know it yet, and its vote may be the one that is needed to tell it.
 */
export function answerVoteRequest(r: Raft, m: Message): void {
  const isPreVote = m.type === 'MsgPreVote';
  const mayVote = r.vote === m.from || (r.vote === NONE && r.lead === NONE) || (isPreVote && m.term > r.term);
  const grant = mayVote && r.log.isUpToDate({ term: m.logTerm, index: m.index });
  logVoteRequest(r, grant ? 'cast' : 'rejected', m);
  const to = m.from;
  if (!grant) {
    sendVote(r, responseTo(m.type), { to, term: r.term, reject: true });
    return;
  }
  // The answer names the term that was asked about: a pre-candidate would ignore one that is behind.
  sendVote(r, responseTo(m.type), { to, term: m.term });
  if (!isPreVote) {
    r.electionElapsed = 0;
    r.vote = m.from;
  }
}

/** A pre-candidate whose term is behind learns of it, else neither node could ever win. */
export function rejectOldPreVote(r: Raft, m: Message): void {
  logVoteRequest(r, 'rejected', m);
  sendVote(r, 'MsgPreVoteResp', { to: m.from, term: r.term, reject: true });
}

/**
 * Whether a request for a vote is to be ignored, as this node heard from a
 * leader within an election timeout: whoever asks was cut off, or is no member.
 */
export function isWithinLease(r: Raft, m: Message): boolean {
  const { checkQuorum, electionTicks } = r.settings;
  const isTransfer = sameBytes(m.context, TRANSFER_CONTEXT);
  if (isTransfer || !checkQuorum || r.lead === NONE || r.electionElapsed >= electionTicks) {
    return false;
  }
  const remaining = electionTicks - r.electionElapsed;
  logVoteRequest(r, 'ignored', m, `: lease is not expired (remaining ticks: ${remaining})`);
  return true;
}

/** Whether this node may lead: it is a voter, and no snapshot is on its way that says otherwise. */
export function isPromotable(r: Raft): boolean {
  const own = r.tracker.get(r.id);
  return own !== undefined && !own.isLearner && r.log.unstable.snapshot === undefined;
}

/** A node that campaigns must know the membership as of its committed log, or two quorums might not overlap. */
function hasUnappliedConfChange(r: Raft): boolean {
  const { applied, committed } = r.log;
  const pageBytes = r.settings.maxApplyingBytes;
  return r.log.some(applied + 1n, committed + 1n, pageBytes, ({ type }) => type !== 'EntryNormal');
}

function logVoteRequest(r: Raft, verb: 'cast' | 'rejected' | 'ignored', m: Message, why = ''): void {
  const last = r.log.lastId();
  r.logger.info(
    `${hex(r.id)} [logterm: ${last.term}, index: ${last.index}, vote: ${hex(r.vote)}] ` +
      `${verb} ${m.type} ${verb === 'cast' ? 'for' : 'from'} ${hex(m.from)} ` +
      `[logterm: ${m.logTerm}, index: ${m.index}] at term ${r.term}${why}`,
  );
}

function responseTo(request: MessageType): 'MsgPreVoteResp' | 'MsgVoteResp' {
  return request === 'MsgPreVote' ? 'MsgPreVoteResp' : 'MsgVoteResp';
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
