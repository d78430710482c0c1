import { formatIds } from './ids.ts';
import {
  type AckedIndex,
  type MajorityConfig,
  type VoteResult,
  describeMajority,
  majorityCommitted,
  majorityVote,
} from './majority.ts';

/** Two quorums that must both agree. Outside of a membership change `outgoing` is empty. */
export interface JointConfig {
  readonly incoming: MajorityConfig;
  readonly outgoing: MajorityConfig;
}

export function allVoters(config: JointConfig): MajorityConfig {
  return config.outgoing.size === 0 ? config.incoming : new Set([...config.incoming, ...config.outgoing]);
}

export function isJoint(config: JointConfig): boolean {
  return config.outgoing.size > 0;
}

/** The highest index that both halves have committed. */
export function jointCommitted(config: JointConfig, acked: AckedIndex): bigint {
  const incoming = majorityCommitted(config.incoming, acked);
  if (config.outgoing.size === 0) {
    return incoming;
  }
  const outgoing = majorityCommitted(config.outgoing, acked);
  return incoming < outgoing ? incoming : outgoing;
}

/** Won when both halves have won, lost as soon as one has lost. */
export function jointVote(config: JointConfig, votes: ReadonlyMap<bigint, boolean>): VoteResult {
  const incoming = majorityVote(config.incoming, votes);
  const outgoing = majorityVote(config.outgoing, votes);
  if (incoming === outgoing) {
    return incoming;
  }
  return incoming === 'lost' || outgoing === 'lost' ? 'lost' : 'pending';
}

export function describeJoint(config: JointConfig, acked: AckedIndex): string {
  return describeMajority(allVoters(config), acked);
}

export function formatJoint(config: JointConfig): string {
  const incoming = formatIds(config.incoming);
  return isJoint(config) ? `${incoming}&&${formatIds(config.outgoing)}` : incoming;
}
