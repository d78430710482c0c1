import type { Bucket, Database } from '../bbolt/index.ts';
import { compactedRevision, readCompactions } from './compactions.ts';
import { SnapshotError } from './errors.ts';
import { lastRevision } from './key-records.ts';
import { KEY_BUCKET } from './schema.ts';

/** What history a database holds, as a member started on it would have it. */
export interface RevisionBounds {
  /** The revision up to which history was compacted; -1 if none was. */
  readonly compacted: bigint;
  /** The revision asked for; the latest for 0. */
  readonly revision: bigint;
}

/**
 * Resolves a revision to read at.
 * @throws SnapshotError `argument` if it was compacted or is to come, in etcd's words; `invalid`; BboltError
 */
export function revisionBounds(database: Database, asked: bigint): RevisionBounds {
  const compacted = compactedRevision(readCompactions(database));
  const latest = latestRevision(database.bucket(KEY_BUCKET), compacted);
  if (asked > 0n && asked < compacted) {
    throw new SnapshotError('argument', 'mvcc: required revision has been compacted');
  }
  if (asked > latest) throw new SnapshotError('argument', 'mvcc: required revision is a future revision');
  return { compacted, revision: asked === 0n ? latest : asked };
}

/** A member's current revision once it has started: 1 if nothing was ever written. */
function latestRevision(bucket: Bucket | undefined, compacted: bigint): bigint {
  const last = lastRevision(bucket);
  const least = compacted > 1n ? compacted : 1n;
  return last > least ? last : least;
}
