import { encodeConfChange } from '../confchange/index.ts';
import { appliedTo, encodedBytes, payloadBytes } from '../log/index.ts';
import { formatConfig } from '../tracker/index.ts';
import { type Entry, NO_BYTES, type Snapshot } from '../types.ts';
import { releaseUncommitted } from './append.ts';
import { proposeAsLeader } from './proposals.ts';
import type { Raft } from './state.ts';

/** The application has applied these entries. */
export function entriesApplied(r: Raft, entries: readonly Entry[]): void {
  const last = entries.at(-1);
  if (last !== undefined) {
    advanceApplied(r, last.index, encodedBytes(entries));
    releaseUncommitted(r, payloadBytes(entries));
  }
}

/** The snapshot is persisted and is the application's state now. */
export function snapshotApplied(r: Raft, snapshot: Snapshot): void {
  r.log.unstable.stableSnapshotTo(snapshot.index);
  advanceApplied(r, snapshot.index, 0);
}

function advanceApplied(r: Raft, index: bigint, bytes: number): void {
  appliedTo(r.log, index > r.log.applied ? index : r.log.applied, bytes);
  leaveJointIfDue(r);
}

/**
 * A leader leaves a joint configuration by itself once that is applied. While
 * leadership is being transferred it cannot propose, but every applied entry
 * brings another chance, to it or to its successor.
 */
function leaveJointIfDue(r: Raft): void {
  const { config } = r.tracker;
  if (!config.autoLeave || r.log.applied < r.pendingConfIndex || r.role !== 'leader') {
    return;
  }
  const isProposed = proposeAsLeader(r, [
    encodeConfChange({ transition: 'ConfChangeTransitionAuto', changes: [], context: NO_BYTES }),
  ]);
  if (isProposed) {
    r.logger.info(`initiating automatic transition out of joint configuration ${formatConfig(config)}`);
  } else {
    r.logger.debug(
      `not initiating automatic transition out of joint configuration ${formatConfig(config)}: raft proposal dropped`,
    );
  }
}
