import type { Raft } from './core/state.ts';
import type { Progress, TrackerConfig } from './tracker/index.ts';
import type { HardState, SoftState } from './types.ts';

export interface BasicStatus extends HardState, SoftState {
  readonly id: bigint;
  readonly applied: bigint;
  /** The node that leadership is being transferred to, 0 for none. */
  readonly leadTransferee: bigint;
}

/** A node's view of the cluster at one moment; it does not change afterwards. */
export interface Status extends BasicStatus {
  readonly config: TrackerConfig;
  /** How far each member is; empty on a node that does not lead. */
  readonly progress: ReadonlyMap<bigint, Progress>;
}

export function basicStatus(r: Raft): BasicStatus {
  const { id, leadTransferee } = r;
  return { id, ...r.hardState(), ...r.softState(), applied: r.log.applied, leadTransferee };
}

export function status(r: Raft): Status {
  const progress = new Map<bigint, Progress>();
  if (r.role === 'leader') {
    for (const id of r.tracker.ids) {
      const pr = r.tracker.get(id);
      if (pr !== undefined) {
        progress.set(id, pr.copy(pr.inflights.copy()));
      }
    }
  }
  return { ...basicStatus(r), config: r.tracker.config, progress };
}
