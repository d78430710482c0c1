import { applyChange, type ChangeContext, type Membership, restoreMembership } from '../confchange/index.ts';
import { fail, RaftError } from '../errors.ts';
import { allVoters } from '../quorum/index.ts';
import { formatConfig, toConfState } from '../tracker/index.ts';
import { type ConfChangeV2, type ConfState, NONE } from '../types.ts';
import { hex } from '../text.ts';
import { broadcastAppend, maybeCommit, sendAppend } from './replicate.ts';
import { becomeFollower } from './roles.ts';
import type { Raft } from './state.ts';
import { abortTransfer } from './transfer.ts';

/** Makes a committed membership change. @returns the membership that it leads to */
export function applyConfChange(r: Raft, change: ConfChangeV2): ConfState {
  const from: Membership = { config: r.tracker.config, progress: r.tracker.progress };
  const next = orStop(() => applyChange(from, contextOf(r), change), 'a committed membership change is impossible');
  return switchTo(r, next);
}

/** Why a change cannot be made to the present membership; undefined when it can. */
export function refusalOf(r: Raft, change: ConfChangeV2): string | undefined {
  try {
    applyChange({ config: r.tracker.config, progress: r.tracker.progress }, contextOf(r), change);
    return undefined;
  } catch (error) {
    return error instanceof RaftError ? error.message : rethrow(error);
  }
}

/** Takes over the membership that storage or a snapshot records. */
export function restoreConfState(r: Raft, state: ConfState): void {
  const membership = orStop(() => restoreMembership(contextOf(r), state), 'the recorded membership contradicts itself');
  const restored = switchTo(r, membership);
  if (!isEquivalent(restored, state)) {
    fail(`the membership was not restored as it was recorded: ${formatConfig(membership.config)}`);
  }
}

function switchTo(r: Raft, { config, progress }: Membership): ConfState {
  r.tracker.switchTo(config, progress);
  r.logger.info(`${hex(r.id)} switched to configuration ${formatConfig(config)}`);
  const state = toConfState(config);
  const own = r.tracker.get(r.id);
  if (r.role !== 'leader') {
    return state;
  }
  if (own === undefined || own.isLearner) {
    // It goes on leading without a vote of its own, so that the change itself gets through, unless told otherwise.
    if (r.settings.stepDownOnRemoval) {
      becomeFollower(r, r.term, NONE);
    }
    return state;
  }
  continueAsLeader(r);
  return state;
}

function continueAsLeader(r: Raft): void {
  if (r.tracker.config.voters.incoming.size === 0) {
    return;
  }
  if (maybeCommit(r)) {
    // Fewer voters may suffice now.
    broadcastAppend(r);
  } else {
    // New members need not wait for the next heartbeat.
    for (const id of r.tracker.ids) {
      if (id !== r.id) {
        sendAppend(r, id, false);
      }
    }
  }
  if (r.leadTransferee !== NONE && !allVoters(r.tracker.config.voters).has(r.leadTransferee)) {
    abortTransfer(r);
  }
}

function contextOf(r: Raft): ChangeContext {
  return { lastIndex: r.log.lastIndex(), newInflights: () => r.tracker.newInflights() };
}

function isEquivalent(a: ConfState, b: ConfState): boolean {
  return (
    sameIds(a.voters, b.voters) &&
    sameIds(a.learners, b.learners) &&
    sameIds(a.votersOutgoing, b.votersOutgoing) &&
    sameIds(a.learnersNext, b.learnersNext) &&
    a.autoLeave === b.autoLeave
  );
}

function sameIds(a: readonly bigint[], b: readonly bigint[]): boolean {
  const ids = new Set(a);
  return ids.size === b.length && b.every((id) => ids.has(id));
}

/** Every node applies the same changes to the same memberships: one that fails here fails everywhere. */
function orStop(change: () => Membership, what: string): Membership {
  try {
    return change();
  } catch (error) {
    return error instanceof RaftError ? fail(`${what}: ${error.message}`) : rethrow(error);
  }
}

function rethrow(error: unknown): never {
  throw error;
}
