/**
 * confchange/: how a membership becomes the next one. Pure functions that
 * check what they are given and what they return; they refuse a change that
 * could let two majorities disagree. Plus the bytes in which a change travels
 * in a log entry (raft.proto's ConfChange and ConfChangeV2).
 */
export { type ChangeContext, enterJoint, leaveJoint, type Membership, simpleChange } from './changer.ts';
export { decodeConfChange, encodeConfChange } from './codec.ts';
export { applyChange, asksToLeaveJoint, asV2 } from './plan.ts';
export { restoreMembership } from './restore.ts';
