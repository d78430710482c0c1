import type { ConfChangeType } from '../../raft/index.ts';
import { refuse } from '../../wire/etcd-error.ts';
import type { ChangeContext } from './record.ts';
import type { Roster } from './roster.ts';

/** A change of the membership as the log has it. */
export interface MembershipChange {
  readonly type: ConfChangeType;
  readonly id: bigint;
  /** Undefined for a removal. */
  readonly context: ChangeContext | undefined;
}

/**
 * Whether a committed change may be made. Every member must come to the same answer, so it follows from the state
 * that was applied; `maxLearners` has to be the same everywhere.
 * @throws EtcdError
 */
export function checkChange(roster: Roster, { type, id, context }: MembershipChange, maxLearners: number): void {
  if (roster.isRemoved(id)) throw refuse.memberNotFound();
  switch (type) {
    case 'ConfChangeAddNode':
    case 'ConfChangeAddLearnerNode':
      if (context?.isPromote) return checkPromotion(roster, id);
      return checkAddition(roster, id, context, type === 'ConfChangeAddLearnerNode' ? maxLearners : undefined);
    case 'ConfChangeRemoveNode':
      if (!roster.member(id)) throw refuse.memberNotFound();
      return undefined;
    case 'ConfChangeUpdateNode':
      if (!roster.member(id)) throw refuse.memberNotFound();
      return checkUrls(roster, id, context?.peerUrls ?? []);
  }
}

function checkPromotion(roster: Roster, id: bigint): void {
  const member = roster.member(id);
  if (!member) throw refuse.memberNotFound();
  if (!member.isLearner) throw refuse.memberNotLearner();
}

function checkAddition(
  roster: Roster,
  id: bigint,
  context: ChangeContext | undefined,
  maxLearners: number | undefined,
): void {
  if (roster.member(id)) throw refuse.memberExists();
  checkUrls(roster, id, context?.peerUrls ?? []);
  if (maxLearners === undefined || !context?.isLearner) return;
  const learners = roster.members.filter(({ isLearner }) => isLearner).length;
  if (learners + 1 > maxLearners) throw refuse.tooManyLearners();
}

/** No URL may be another member's. */
function checkUrls(roster: Roster, id: bigint, peerUrls: readonly string[]): void {
  for (const member of roster.members) {
    if (member.id !== id && member.peerUrls.some((url) => peerUrls.includes(url))) throw refuse.peerUrlExists();
  }
}
