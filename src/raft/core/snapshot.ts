import { describeConfState } from '../describe.ts';
import type { Message } from '../message.ts';
import { type ConfState, EMPTY_SNAPSHOT, NONE, type Snapshot } from '../types.ts';
import { restoreConfState } from './conf-change.ts';
import { hex } from '../text.ts';
import { becomeFollower } from './roles.ts';
import { send } from './send.ts';
import type { Raft } from './state.ts';

/** A follower is sent a snapshot, as the entries that it lacks are gone from the leader's log. */
export function receiveSnapshot(r: Raft, m: Message): void {
  const snapshot = m.snapshot ?? EMPTY_SNAPSHOT;
  const isRestored = restore(r, snapshot);
  r.logger.info(
    `${hex(r.id)} [commit: ${r.log.committed}] ${isRestored ? 'restored' : 'ignored'} ` +
      `snapshot [index: ${snapshot.index}, term: ${snapshot.term}]`,
  );
  send(r, 'MsgAppResp', { to: m.from, index: isRestored ? r.log.lastIndex() : r.log.committed });
}

/** @returns false when the node does without it, though it may have learnt that entries it has are committed */
function restore(r: Raft, snapshot: Snapshot): boolean {
  if (snapshot.index <= r.log.committed) {
    return false;
  }
  if (r.role !== 'follower') {
    // Never seen; a leader that took a snapshot in would not be in a follower's state in its new term.
    r.logger.warn(`${hex(r.id)} attempted to restore snapshot as leader; should never happen`);
    becomeFollower(r, r.term + 1n, NONE);
    return false;
  }
  if (!isMember(snapshot.confState, r.id)) {
    r.logger.warn(
      `${hex(r.id)} attempted to restore snapshot but it is not in the ConfState ` +
        `${describeConfState(snapshot.confState)}; should never happen`,
    );
    return false;
  }
  const last = r.log.lastId();
  if (r.log.matches(snapshot)) {
    r.logger.info(describe(r, last.index, last.term, 'fast-forwarded commit to', snapshot));
    r.log.commitTo(snapshot.index);
    return false;
  }
  r.log.restore(snapshot);
  restoreConfState(r, snapshot.confState);
  const { index, term } = r.log.lastId();
  r.logger.info(describe(r, index, term, 'restored', snapshot));
  return true;
}

function describe(r: Raft, lastIndex: bigint, lastTerm: bigint, did: string, { index, term }: Snapshot): string {
  return (
    `${hex(r.id)} [commit: ${r.log.committed}, lastindex: ${lastIndex}, lastterm: ${lastTerm}] ` +
    `${did} snapshot [index: ${index}, term: ${term}]`
  );
}

function isMember(state: ConfState, id: bigint): boolean {
  return state.voters.includes(id) || state.learners.includes(id) || state.votersOutgoing.includes(id);
}
