import { RaftError } from '../errors.ts';
import type { Message } from '../message.ts';
import { NONE } from '../types.ts';
import { startElection } from './election.ts';
import { receiveAppend, receiveHeartbeat } from './follower-log.ts';
import { hex } from '../text.ts';
import { readAsFollower, receiveReadIndex } from './read-index.ts';
import { forwardToLeader } from './send.ts';
import { receiveSnapshot } from './snapshot.ts';
import type { Raft } from './state.ts';
import { transferAsFollower } from './transfer.ts';

/** @throws {RaftError} `proposalDropped`, `malformedMessage` */
export function stepFollower(r: Raft, m: Message): void {
  switch (m.type) {
    case 'MsgProp':
      forwardProposal(r, m);
      break;
    case 'MsgApp':
      hearFromLeader(r, m);
      receiveAppend(r, m);
      break;
    case 'MsgHeartbeat':
      hearFromLeader(r, m);
      receiveHeartbeat(r, m);
      break;
    case 'MsgSnap':
      hearFromLeader(r, m);
      receiveSnapshot(r, m);
      break;
    case 'MsgTransferLeader':
      transferAsFollower(r, m);
      break;
    case 'MsgForgetLeader':
      forgetLeader(r);
      break;
    case 'MsgTimeoutNow':
      r.logger.info(
        `${hex(r.id)} [term ${r.term}] received MsgTimeoutNow from ${hex(m.from)} and starts an election to get leadership.`,
      );
      startElection(r, 'transfer');
      break;
    case 'MsgReadIndex':
      readAsFollower(r, m);
      break;
    case 'MsgReadIndexResp':
      receiveReadIndex(r, m);
      break;
    default:
      break;
  }
}

function hearFromLeader(r: Raft, m: Message): void {
  r.electionElapsed = 0;
  r.lead = m.from;
}

function forwardProposal(r: Raft, m: Message): void {
  if (r.lead === NONE) {
    r.logger.info(`${hex(r.id)} no leader at term ${r.term}; dropping proposal`);
  } else if (r.settings.disableProposalForwarding) {
    r.logger.info(`${hex(r.id)} not forwarding to leader ${hex(r.lead)} at term ${r.term}; dropping proposal`);
  } else {
    forwardToLeader(r, m);
    return;
  }
  throw new RaftError('proposalDropped', 'raft proposal dropped');
}

/**
 * With no leader in mind the node grants (pre-)votes before its own timeout.
 * A leader that answers reads by its lease counts on it not to.
 */
function forgetLeader(r: Raft): void {
  if (r.settings.readOnly === 'leaseBased') {
    r.logger.error('ignoring MsgForgetLeader due to ReadOnlyLeaseBased');
  } else if (r.lead !== NONE) {
    r.logger.info(`${hex(r.id)} forgetting leader ${hex(r.lead)} at term ${r.term}`);
    r.lead = NONE;
  }
}
