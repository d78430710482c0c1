import { fail } from '../errors.ts';
import { allVoters, isJoint } from '../quorum/index.ts';
import type { ProgressMap, TrackerConfig } from '../tracker/index.ts';

/** Stops at a membership that contradicts itself. An empty one is fine: it is where bootstrapping starts. */
export function checkInvariants({ config, progress }: { config: TrackerConfig; progress: ProgressMap }): void {
  const { voters, learners, learnersNext } = config;
  for (const ids of [allVoters(voters), learners, learnersNext]) {
    for (const id of ids) {
      check(progress.has(id), `no progress for ${id}`);
    }
  }
  for (const id of learnersNext) {
    check(voters.outgoing.has(id), `${id} is a future learner, but no voter of the outgoing config`);
    check(!isLearner(progress, id), `${id} is a future learner, but is marked as a learner already`);
  }
  for (const id of learners) {
    check(!voters.outgoing.has(id), `${id} is a learner and a voter of the outgoing config`);
    check(!voters.incoming.has(id), `${id} is a learner and a voter of the incoming config`);
    check(isLearner(progress, id), `${id} is a learner, but is not marked as a learner`);
  }
  if (!isJoint(voters)) {
    check(learnersNext.size === 0, 'there are future learners outside of a joint config');
    check(!config.autoLeave, 'a config that is not joint is to be left automatically');
  }
}

function isLearner(progress: ProgressMap, id: bigint): boolean {
  return progress.get(id)?.isLearner ?? false;
}

function check(holds: boolean, broken: string): void {
  if (!holds) {
    fail(broken);
  }
}
