/**
 * quorum/: who decides. Pure functions from a set of voters and what is known
 * of them to what they have committed and how they have voted; a joint quorum
 * is two majorities that must both agree.
 */
export { compareIds, formatIds, sortedIds } from './ids.ts';
export {
  type AckedIndex,
  describeMajority,
  INFINITE_INDEX,
  type MajorityConfig,
  majorityCommitted,
  majorityVote,
  type VoteResult,
} from './majority.ts';
export {
  allVoters,
  describeJoint,
  formatJoint,
  isJoint,
  type JointConfig,
  jointCommitted,
  jointVote,
} from './joint.ts';
