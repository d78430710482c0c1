import { asksToLeaveJoint, asV2, decodeConfChange } from '../confchange/index.ts';
import { describeConfChange } from '../describe.ts';
import { isJoint } from '../quorum/index.ts';
import { formatConfig } from '../tracker/index.ts';
import { type ConfChange, NONE } from '../types.ts';
import { appendToLog, EMPTY_PROPOSAL, type Proposal } from './append.ts';
import { hex } from '../text.ts';
import { refusalOf } from './conf-change.ts';
import { broadcastAppend } from './replicate.ts';
import type { Raft } from './state.ts';

/**
 * A leader takes proposals into its log and sends them out. A membership
 * change that may not be made now becomes an empty entry.
 * @returns false when they were dropped, all of them
 * @throws {RaftError} `malformedConfChange`
 */
export function proposeAsLeader(r: Raft, proposals: readonly Proposal[]): boolean {
  const changes = proposals.map(decodeConfChange);
  if (r.tracker.get(r.id) === undefined) {
    // It was removed while it leads.
    return false;
  }
  if (r.leadTransferee !== NONE) {
    r.logger.debug(
      `${hex(r.id)} [term ${r.term}] transfer leadership to ${hex(r.leadTransferee)} is in progress; dropping proposal`,
    );
    return false;
  }
  const accepted = proposals.map((proposal, i) => acceptedForm(r, proposal, changes[i], i));
  if (!appendToLog(r, accepted)) {
    return false;
  }
  broadcastAppend(r);
  return true;
}

function acceptedForm(r: Raft, proposal: Proposal, change: ConfChange | undefined, position: number): Proposal {
  if (change === undefined) {
    return proposal;
  }
  const obstacle = r.settings.disableConfChangeValidation ? undefined : obstacleTo(r, change);
  if (obstacle !== undefined) {
    const config = formatConfig(r.tracker.config);
    r.logger.info(`${hex(r.id)} ignoring conf change ${describeConfChange(change)} at config ${config}: ${obstacle}`);
    return EMPTY_PROPOSAL;
  }
  r.pendingConfIndex = r.log.lastIndex() + BigInt(position) + 1n;
  return proposal;
}

/**
 * Why a membership change may not be proposed now. A leader that has applied
 * all changes before knows the membership that this one will meet, so one that
 * cannot be made is kept out of the log, where it would stop every member.
 */
function obstacleTo(r: Raft, change: ConfChange): string | undefined {
  const isInJoint = isJoint(r.tracker.config.voters);
  const wanted = asV2(change);
  if (r.pendingConfIndex > r.log.applied) {
    return `possible unapplied conf change at index ${r.pendingConfIndex} (applied to ${r.log.applied})`;
  }
  if (isInJoint && !asksToLeaveJoint(wanted)) {
    return 'must transition out of joint config first';
  }
  if (!isInJoint && wanted.changes.length === 0) {
    return 'not in joint state; refusing empty conf change';
  }
  return refusalOf(r, wanted);
}
