import { EMPTY_CONFIG } from '../tracker/index.ts';
import type { ConfChangeSingle, ConfChangeType, ConfState } from '../types.ts';
import { type ChangeContext, enterJoint, type Membership, simpleChange } from './changer.ts';

/**
 * Builds the membership that a snapshot records, by the same changes that
 * could have led to it, so that it passes the same checks. For a joint one the
 * outgoing voters are added first; entering the joint configuration then makes
 * them the outgoing half.
 * @throws {RaftError} `invalidConfChange` when the record contradicts itself
 */
export function restoreMembership(context: ChangeContext, state: ConfState): Membership {
  const incoming = [
    ...changes('ConfChangeRemoveNode', state.votersOutgoing),
    ...changes('ConfChangeAddNode', state.voters),
    ...changes('ConfChangeAddLearnerNode', state.learners),
    ...changes('ConfChangeAddLearnerNode', state.learnersNext),
  ];
  const isJoint = state.votersOutgoing.length > 0;
  const oneByOne = isJoint ? changes('ConfChangeAddNode', state.votersOutgoing) : incoming;
  let membership: Membership = { config: EMPTY_CONFIG, progress: new Map() };
  for (const change of oneByOne) {
    membership = simpleChange(membership, context, [change]);
  }
  return isJoint ? enterJoint(membership, context, incoming, state.autoLeave) : membership;
}

function changes(type: ConfChangeType, ids: readonly bigint[]): ConfChangeSingle[] {
  return ids.map((nodeId) => ({ type, nodeId }));
}
