import type { Settings } from '../config.ts';
import { fail } from '../errors.ts';
import { appliedTo } from '../log/index.ts';
import { allVoters, sortedIds } from '../quorum/index.ts';
import { EMPTY_HARD_STATE, type HardState, NONE, sameHardState } from '../types.ts';
import { restoreConfState } from './conf-change.ts';
import { hex } from '../text.ts';
import { becomeFollower } from './roles.ts';
import { Raft } from './state.ts';

/** A node as storage remembers it. It starts as a follower without a leader. */
export function startRaft(settings: Settings): Raft {
  const r = new Raft(settings);
  const { hardState, confState } = settings.storage.initialState();
  const last = r.log.lastId();
  restoreConfState(r, confState);
  if (!sameHardState(hardState, EMPTY_HARD_STATE)) {
    loadHardState(r, hardState);
  }
  if (settings.applied > 0n) {
    appliedTo(r.log, settings.applied, 0);
  }
  becomeFollower(r, r.term, NONE);
  const peers = sortedIds(allVoters(r.tracker.config.voters)).map(hex).join(',');
  r.logger.info(
    `newRaft ${hex(r.id)} [peers: [${peers}], term: ${r.term}, commit: ${r.log.committed}, ` +
      `applied: ${r.log.applied}, lastindex: ${last.index}, lastterm: ${last.term}]`,
  );
  return r;
}

function loadHardState(r: Raft, { term, vote, commit }: HardState): void {
  if (commit < r.log.committed || commit > r.log.lastIndex()) {
    fail(`${hex(r.id)} state.commit ${commit} is out of range [${r.log.committed}, ${r.log.lastIndex()}]`);
  }
  r.log.commitTo(commit);
  r.term = term;
  r.vote = vote;
}
