import type { ConfChange, ConfChangeV2 } from '../types.ts';
import { type ChangeContext, enterJoint, leaveJoint, type Membership, simpleChange } from './changer.ts';

export function isV1(change: ConfChange): change is Exclude<ConfChange, ConfChangeV2> {
  return !('changes' in change);
}

export function asV2(change: ConfChange): ConfChangeV2 {
  if (!isV1(change)) {
    return change;
  }
  const { type, nodeId, context } = change;
  return { transition: 'ConfChangeTransitionAuto', changes: [{ type, nodeId }], context };
}

/** An empty change with the default transition asks to leave the joint configuration. */
export function asksToLeaveJoint({ transition, changes }: ConfChangeV2): boolean {
  return transition === 'ConfChangeTransitionAuto' && changes.length === 0;
}

/**
 * Makes a change in the way that its transition asks for.
 * @throws {RaftError} `invalidConfChange`
 */
export function applyChange(from: Membership, context: ChangeContext, change: ConfChangeV2): Membership {
  const { transition, changes } = change;
  if (asksToLeaveJoint(change)) {
    return leaveJoint(from);
  }
  if (transition === 'ConfChangeTransitionAuto' && changes.length === 1) {
    return simpleChange(from, context, changes);
  }
  return enterJoint(from, context, changes, transition !== 'ConfChangeTransitionJointExplicit');
}
