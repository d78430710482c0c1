import { fail } from '../errors.ts';
import type { Entry } from '../types.ts';
import { encodedBytes } from './entry-size.ts';
import type { RaftLog } from './raft-log.ts';

/**
 * The committed entries to apply next. `allowUnstable` lets them be applied
 * before they are known to be persisted here: they are on a quorum, and the
 * caller of a synchronous Ready writes them before it applies them.
 */
export function nextCommitted(log: RaftLog, allowUnstable: boolean): readonly Entry[] {
  if (!hasNextCommitted(log, allowUnstable)) {
    return [];
  }
  const { applying, budget } = log.applyWindow;
  const entries = log.slice(applying + 1n, maxAppliable(log, allowUnstable) + 1n, budget);
  return typeof entries === 'string' ? fail(`the entries to apply after ${applying} are ${entries}`) : entries;
}

export function hasNextCommitted(log: RaftLog, allowUnstable: boolean): boolean {
  const { isPaused, applying } = log.applyWindow;
  // A snapshot on its way comes first: it stands for entries before those.
  return !isPaused && log.unstable.snapshot === undefined && applying < maxAppliable(log, allowUnstable);
}

/** The application was given `entries`, which came from {@link nextCommitted}. */
export function acceptCommitted(log: RaftLog, entries: readonly Entry[], allowUnstable: boolean): void {
  const last = entries.at(-1);
  if (last !== undefined) {
    log.applyWindow.accept(last.index, encodedBytes(entries), last.index < maxAppliable(log, allowUnstable));
  }
}

/** The application has applied up to `index`; `bytes` of what it was given are done. */
export function appliedTo(log: RaftLog, index: bigint, bytes: number): void {
  if (index > log.committed) {
    fail(`applied(${index}) is out of range [prevApplied(${log.applied}), committed(${log.committed})]`);
  }
  log.applyWindow.appliedTo(index, bytes);
}

function maxAppliable(log: RaftLog, allowUnstable: boolean): bigint {
  const lastStable = log.unstable.offset - 1n;
  return allowUnstable || log.committed <= lastStable ? log.committed : lastStable;
}
