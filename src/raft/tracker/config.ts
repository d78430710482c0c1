import { formatIds, formatJoint, type JointConfig, sortedIds } from '../quorum/index.ts';
import type { ConfState } from '../types.ts';

/**
 * The active membership. A node is a voter (of either half) or a learner,
 * never both: a voter that is being demoted stays a voter of the outgoing half
 * and waits in `learnersNext` until the joint configuration is left.
 */
export interface TrackerConfig {
  readonly voters: JointConfig;
  readonly learners: ReadonlySet<bigint>;
  readonly learnersNext: ReadonlySet<bigint>;
  /** The joint configuration is left by the leader's own proposal, as soon as it is applied. */
  readonly autoLeave: boolean;
}

export const EMPTY_CONFIG: TrackerConfig = {
  voters: { incoming: new Set(), outgoing: new Set() },
  learners: new Set(),
  learnersNext: new Set(),
  autoLeave: false,
};

/** As in `voters=(1 2 3)&&(1 2) learners=(4) autoleave`; parts that are empty are left out. */
export function formatConfig(config: TrackerConfig): string {
  const words = [`voters=${formatJoint(config.voters)}`];
  if (config.learners.size > 0) {
    words.push(`learners=${formatIds(config.learners)}`);
  }
  if (config.learnersNext.size > 0) {
    words.push(`learners_next=${formatIds(config.learnersNext)}`);
  }
  if (config.autoLeave) {
    words.push('autoleave');
  }
  return words.join(' ');
}

export function toConfState(config: TrackerConfig): ConfState {
  return {
    voters: sortedIds(config.voters.incoming),
    votersOutgoing: sortedIds(config.voters.outgoing),
    learners: sortedIds(config.learners),
    learnersNext: sortedIds(config.learnersNext),
    autoLeave: config.autoLeave,
  };
}
