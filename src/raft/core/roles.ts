import { fail } from '../errors.ts';
import { NONE } from '../types.ts';
import { appendToLog, EMPTY_PROPOSAL } from './append.ts';
import { hex } from '../text.ts';
import { ReadQueue } from './read-queue.ts';
import type { Raft } from './state.ts';

export function becomeFollower(r: Raft, term: bigint, lead: bigint): void {
  reset(r, term);
  r.lead = lead;
  r.role = 'follower';
  r.logger.info(`${hex(r.id)} became follower at term ${r.term}`);
}

/** Only asks whether it could win: neither the term nor the vote changes, so an election that fails leaves no trace. */
export function becomePreCandidate(r: Raft): void {
  requireNotRole(r, 'leader', 'pre-candidate');
  r.tracker.resetVotes();
  r.lead = NONE;
  r.role = 'preCandidate';
  r.logger.info(`${hex(r.id)} became pre-candidate at term ${r.term}`);
}

export function becomeCandidate(r: Raft): void {
  requireNotRole(r, 'leader', 'candidate');
  reset(r, r.term + 1n);
  r.vote = r.id;
  r.role = 'candidate';
  r.logger.info(`${hex(r.id)} became candidate at term ${r.term}`);
}

export function becomeLeader(r: Raft): void {
  requireNotRole(r, 'follower', 'leader');
  reset(r, r.term);
  r.lead = r.id;
  r.role = 'leader';
  const own = r.tracker.get(r.id);
  if (own === undefined) {
    return fail(`${hex(r.id)} became leader of a membership that it is no part of`);
  }
  own.becomeReplicate();
  own.recentActive = true;
  // There may be a membership change anywhere in the log; waiting for all of it is cheaper than looking.
  r.pendingConfIndex = r.log.lastIndex();
  if (!appendToLog(r, [EMPTY_PROPOSAL])) {
    fail("a new leader's empty entry was dropped");
  }
  r.logger.info(`${hex(r.id)} became leader at term ${r.term}`);
}

export function resetElectionTimeout(r: Raft): void {
  const { electionTicks, randomInt } = r.settings;
  r.randomizedElectionTicks = electionTicks + randomInt(electionTicks);
}

function reset(r: Raft, term: bigint): void {
  if (r.term !== term) {
    r.term = term;
    r.vote = NONE;
  }
  r.lead = NONE;
  r.leadTransferee = NONE;
  r.electionElapsed = 0;
  r.heartbeatElapsed = 0;
  resetElectionTimeout(r);
  r.tracker.resetVotes();
  r.tracker.resetProgress(r.id, r.log.lastIndex());
  r.pendingConfIndex = 0n;
  r.uncommittedBytes = 0;
  r.reads = new ReadQueue();
  // Whoever asked will ask again; an answer from a later leadership is no longer awaited.
  r.postponedReads = [];
}

function requireNotRole(r: Raft, role: Raft['role'], next: string): void {
  if (r.role === role) {
    fail(`invalid transition [${role} -> ${next}]`);
  }
}
