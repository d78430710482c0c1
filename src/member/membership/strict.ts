import { refuse } from '../../wire/etcd-error.ts';
import { isStarted, type MemberRecord } from './record.ts';

/**
 * What keeps an operator from taking a cluster's majority away by a change of its membership: the checks of
 * `--strict-reconfig-check`, made before a change is proposed.
 */
export interface Situation {
  readonly self: bigint;
  readonly voters: readonly MemberRecord[];
  /** Since when, in milliseconds, a peer is connected; undefined if it is not. */
  readonly activeSince: (id: bigint) => number | undefined;
  readonly nowMs: number;
}

/** For so long a cluster has to have been whole. */
const HEALTHY_MS = 5000;

export const quorumOf = (count: number): number => Math.floor(count / 2) + 1;

const countStarted = (members: readonly MemberRecord[]): number => members.filter(isStarted).length;

/** Connected without a break since before that time. */
export function isConnectedSince(activeSince: Situation['activeSince'], id: bigint, sinceMs: number): boolean {
  const active = activeSince(id);
  return active !== undefined && active < sinceMs;
}

/** How many of the members, oneself among them, are connected since before that time. */
export function countConnectedSince(
  { self, activeSince }: Pick<Situation, 'self' | 'activeSince'>,
  members: readonly MemberRecord[],
  sinceMs: number,
): number {
  return members.filter(({ id }) => id === self || isConnectedSince(activeSince, id, sinceMs)).length;
}

/** @throws EtcdError `notEnoughStarted`, `unhealthy` */
export function checkMayAdd(situation: Situation, isLearner: boolean): void {
  const { voters, nowMs } = situation;
  if (!isLearner) {
    const started = countStarted(voters);
    // One member alone may take a second, which is how a cluster is restored from what is left of it.
    const isSecond = started === 1 && voters.length === 1;
    if (!isSecond && started < quorumOf(voters.length + 1)) throw refuse.notEnoughStarted();
  }
  if (voters.length === 1) return;
  if (countConnectedSince(situation, voters, nowMs - HEALTHY_MS) < quorumOf(voters.length + 1))
    throw refuse.unhealthy();
}

/** @throws EtcdError `notEnoughStarted`, `unhealthy` */
export function checkMayRemove(
  situation: Situation,
  member: { readonly id: bigint; readonly isLearner: boolean },
): void {
  if (member.isLearner) return;
  const { self, voters, activeSince, nowMs } = situation;
  const left = voters.filter(({ id }) => id !== member.id);
  if (countStarted(left) < quorumOf(left.length)) throw refuse.notEnoughStarted();
  // One that is down is no part of the majority that works.
  if (member.id !== self && activeSince(member.id) === undefined) return;
  const active = countConnectedSince(situation, voters, nowMs - HEALTHY_MS);
  if (active - 1 < quorumOf(voters.length - 1)) throw refuse.unhealthy();
}

/** The learner counts as started. @throws EtcdError `notEnoughStarted` */
export function checkMayPromote({ voters }: Pick<Situation, 'voters'>): void {
  if (countStarted(voters) + 1 < quorumOf(voters.length + 1)) throw refuse.notEnoughStarted();
}
