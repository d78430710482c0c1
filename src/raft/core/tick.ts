import { message } from '../message.ts';
import { NONE } from '../types.ts';
import { isPromotable, startElection } from './election.ts';
import { stepLeader } from './leader.ts';
import type { Raft } from './state.ts';
import { abortTransfer } from './transfer.ts';

/** Time passes by one tick. */
export function tick(r: Raft): void {
  if (r.role === 'leader') {
    tickLeader(r);
  } else {
    tickElection(r);
  }
}

function tickElection(r: Raft): void {
  r.electionElapsed++;
  if (isPromotable(r) && r.electionElapsed >= r.randomizedElectionTicks) {
    r.electionElapsed = 0;
    startElection(r, r.settings.preVote ? 'preElection' : 'election');
  }
}

function tickLeader(r: Raft): void {
  const { electionTicks, heartbeatTicks, checkQuorum } = r.settings;
  r.heartbeatElapsed++;
  r.electionElapsed++;
  if (r.electionElapsed >= electionTicks) {
    r.electionElapsed = 0;
    if (checkQuorum) {
      stepLeader(r, message('MsgCheckQuorum', { from: r.id }));
    }
    if (r.role === 'leader' && r.leadTransferee !== NONE) {
      // The other has had its chance; taking no proposals any longer would do harm.
      abortTransfer(r);
    }
  }
  if (r.role === 'leader' && r.heartbeatElapsed >= heartbeatTicks) {
    r.heartbeatElapsed = 0;
    stepLeader(r, message('MsgBeat', { from: r.id }));
  }
}
