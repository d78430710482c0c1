import type { Database } from '../bbolt/index.ts';
import { META_BUCKET } from './schema.ts';
import { SnapshotError } from './errors.ts';
import { RevisionKey } from './revision-key.ts';

/** How far the history of a database has been cut off. */
export interface Compactions {
  /** The revision of the last compaction that was carried out; undefined if there was none. */
  readonly finished: bigint | undefined;
  /** The revision of the last one that was asked for. */
  readonly scheduled: bigint | undefined;
}

/** @throws SnapshotError `invalid`, BboltError */
export function readCompactions(database: Database): Compactions {
  const meta = database.bucket(META_BUCKET);
  const read = (name: string): bigint | undefined => {
    const bytes = meta?.get(name);
    if (!bytes) return undefined;
    const revision = new RevisionKey();
    const problem = revision.read(bytes, 0, bytes.length);
    if (problem) throw new SnapshotError('invalid', `cannot parse ${name}: ${problem}`);
    return revision.main;
  };
  return { finished: read('finishedCompactRev'), scheduled: read('scheduledCompactRev') };
}

/**
 * The compacted revision as a member has it once it has started: a compaction that was asked for counts, and is
 * carried out then. -1 if there was none.
 */
export function compactedRevision({ finished, scheduled }: Compactions): bigint {
  const done = finished ?? -1n;
  return scheduled !== undefined && scheduled > done ? scheduled : done;
}

/** Whether all compactions that were asked for have been carried out, so that of each key only the newest is left. */
export function isSettled({ finished, scheduled }: Compactions): boolean {
  return scheduled === undefined || scheduled <= (finished ?? -1n);
}
