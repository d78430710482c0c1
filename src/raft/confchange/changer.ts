import { RaftError } from '../errors.ts';
import { isJoint } from '../quorum/index.ts';
import { type Inflights, Progress, type ProgressMap, type TrackerConfig } from '../tracker/index.ts';
import { type ConfChangeSingle, NONE } from '../types.ts';
import { checkInvariants } from './invariants.ts';

/** A membership and the progress of its members: a change maps one to the next, or refuses. */
export interface Membership {
  readonly config: TrackerConfig;
  readonly progress: ProgressMap;
}

export interface ChangeContext {
  /** The last index of the log: a new member is probed from there. */
  readonly lastIndex: bigint;
  readonly newInflights: () => Inflights;
}

/** A membership under construction; nothing of it is shared with the one it started from. */
interface Draft {
  readonly incoming: Set<bigint>;
  readonly outgoing: Set<bigint>;
  readonly learners: Set<bigint>;
  readonly learnersNext: Set<bigint>;
  readonly progress: Map<bigint, Progress>;
}

/**
 * Makes at most one change of voters, which is safe without a joint
 * configuration since any two majorities of the two memberships overlap.
 * @throws {RaftError} `invalidConfChange`
 */
export function simpleChange(
  from: Membership,
  context: ChangeContext,
  changes: readonly ConfChangeSingle[],
): Membership {
  if (isJoint(from.config.voters)) {
    refuse("can't apply simple config change in joint config");
  }
  const before = from.config.voters.incoming;
  const draft = draftOf(from);
  applyChanges(draft, context, changes);
  if (countOnlyIn(before, draft.incoming) + countOnlyIn(draft.incoming, before) > 1) {
    refuse('more than one voter changed without entering joint config');
  }
  return finish(draft, false);
}

/**
 * Makes any changes at once: until the joint configuration is left, both the
 * voters before (outgoing) and after (incoming) the changes must agree.
 * @throws {RaftError} `invalidConfChange`
 */
export function enterJoint(
  from: Membership,
  context: ChangeContext,
  changes: readonly ConfChangeSingle[],
  autoLeave: boolean,
): Membership {
  if (isJoint(from.config.voters)) {
    refuse('config is already joint');
  }
  if (from.config.voters.incoming.size === 0) {
    refuse("can't make a zero-voter config joint");
  }
  const draft = draftOf(from);
  for (const id of draft.incoming) {
    draft.outgoing.add(id);
  }
  applyChanges(draft, context, changes);
  return finish(draft, autoLeave);
}

/**
 * Leaves the joint configuration: the incoming voters alone decide from here on.
 * @throws {RaftError} `invalidConfChange`
 */
export function leaveJoint(from: Membership): Membership {
  if (!isJoint(from.config.voters)) {
    refuse("can't leave a non-joint config");
  }
  const draft = draftOf(from);
  for (const id of draft.learnersNext) {
    draft.learners.add(id);
    const pr = draft.progress.get(id);
    if (pr !== undefined) {
      pr.isLearner = true;
    }
  }
  draft.learnersNext.clear();
  for (const id of draft.outgoing) {
    if (!draft.incoming.has(id) && !draft.learners.has(id)) {
      draft.progress.delete(id);
    }
  }
  draft.outgoing.clear();
  return finish(draft, false);
}

function draftOf({ config, progress }: Membership): Draft {
  checkInvariants({ config, progress });
  return {
    incoming: new Set(config.voters.incoming),
    outgoing: new Set(config.voters.outgoing),
    learners: new Set(config.learners),
    learnersNext: new Set(config.learnersNext),
    progress: new Map([...progress].map(([id, pr]) => [id, pr.copy()])),
  };
}

function finish(draft: Draft, autoLeave: boolean): Membership {
  const { incoming, outgoing, learners, learnersNext, progress } = draft;
  const next = { config: { voters: { incoming, outgoing }, learners, learnersNext, autoLeave }, progress };
  checkInvariants(next);
  return next;
}

function applyChanges(draft: Draft, context: ChangeContext, changes: readonly ConfChangeSingle[]): void {
  for (const { type, nodeId } of changes) {
    // An application that decides not to make a committed change clears its node id.
    if (nodeId === NONE) {
      continue;
    }
    switch (type) {
      case 'ConfChangeAddNode':
        makeVoter(draft, context, nodeId);
        break;
      case 'ConfChangeAddLearnerNode':
        makeLearner(draft, context, nodeId);
        break;
      case 'ConfChangeRemoveNode':
        remove(draft, nodeId);
        break;
      case 'ConfChangeUpdateNode':
        break;
    }
  }
  if (draft.incoming.size === 0) {
    refuse('removed all voters');
  }
}

function makeVoter(draft: Draft, context: ChangeContext, id: bigint): void {
  const pr = draft.progress.get(id);
  if (pr === undefined) {
    draft.progress.set(id, newProgress(context, false));
  } else {
    pr.isLearner = false;
  }
  draft.learners.delete(id);
  draft.learnersNext.delete(id);
  draft.incoming.add(id);
}

function makeLearner(draft: Draft, context: ChangeContext, id: bigint): void {
  const pr = draft.progress.get(id) ?? newProgress(context, true);
  if (draft.learners.has(id)) {
    return;
  }
  remove(draft, id);
  draft.progress.set(id, pr);
  // A voter of the outgoing half keeps its vote until the joint configuration is left.
  if (draft.outgoing.has(id)) {
    draft.learnersNext.add(id);
  } else {
    pr.isLearner = true;
    draft.learners.add(id);
  }
}

function remove(draft: Draft, id: bigint): void {
  draft.incoming.delete(id);
  draft.learners.delete(id);
  draft.learnersNext.delete(id);
  // A voter of the outgoing half still takes part, so the leader goes on replicating to it.
  if (!draft.outgoing.has(id)) {
    draft.progress.delete(id);
  }
}

function newProgress({ lastIndex, newInflights }: ChangeContext, isLearner: boolean): Progress {
  return new Progress({
    match: 0n,
    next: lastIndex > 1n ? lastIndex : 1n,
    inflights: newInflights(),
    isLearner,
    // Else the next quorum check could depose the leader before the new member had a chance to speak.
    recentActive: true,
  });
}

function countOnlyIn(a: ReadonlySet<bigint>, b: ReadonlySet<bigint>): number {
  let count = 0;
  for (const id of a) {
    count += b.has(id) ? 0 : 1;
  }
  return count;
}

function refuse(reason: string): never {
  throw new RaftError('invalidConfChange', reason);
}
