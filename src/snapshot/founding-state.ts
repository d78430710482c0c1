import { encodeUint64, type LogSink, maxInt64, utf8Encode } from '../base/index.ts';
import type { Database, WriteBucket } from '../bbolt/index.ts';
import { SnapshotError } from './errors.ts';
import type { FoundingPoint } from './founding-log.ts';
import { formatId } from '../base/member-ids.ts';
import { type Membership, memberJson } from './membership.ts';
import {
  CLUSTER_BUCKET,
  encodeRevision,
  KEY_BUCKET,
  mainRevision,
  MEMBERS_BUCKET,
  MEMBERS_REMOVED_BUCKET,
  META,
  META_BUCKET,
} from './schema.ts';

/** Forgets the members of the old cluster, and that any were removed from it. */
export function trimMembers(root: WriteBucket, log: LogSink): void {
  log({ level: 'info', message: 'Trimming membership information from the backend...', fields: {} });
  for (const name of [MEMBERS_BUCKET, MEMBERS_REMOVED_BUCKET]) {
    if (root.bucket(name)) root.deleteBucket(name);
    root.createBucket(name);
  }
}

/** Gives the database the members of the new cluster. */
export function addMembers(root: WriteBucket, membership: Membership, log: LogSink): void {
  root.bucketOrCreate(CLUSTER_BUCKET);
  const members = root.bucketOrCreate(MEMBERS_BUCKET);
  for (const member of membership.members) {
    members.put(formatId(member.id), utf8Encode(memberJson(member)));
    const fields = {
      'cluster-id': formatId(membership.clusterId),
      'local-member-id': '0',
      'added-peer-id': formatId(member.id),
      'added-peer-peer-urls': member.peerUrls,
      'added-peer-is-learner': false,
    };
    log({ level: 'info', message: 'added member', fields });
  }
}

/** Tells the database how far in the new log it is. Both numbers go down, which they do at no other time. */
export function setConsistentIndex(root: WriteBucket, { index, term }: FoundingPoint): void {
  const meta = root.bucketOrCreate(META_BUCKET);
  meta.put(META.consistentIndex, encodeUint64(index));
  meta.put(META.term, encodeUint64(term));
}

/** The newest revision in a database, 0 if it has none. */
export function latestRevision(database: Database, path: string): bigint {
  const keys = database.bucket(KEY_BUCKET)?.cursor();
  if (!keys?.last()) return 0n;
  const revision = mainRevision(keys.key);
  if (revision === undefined)
    throw new SnapshotError('invalid', `${path}: bucket "key" holds a key that is no revision`);
  return revision;
}

/**
 * Raises the newest revision and has all up to it compacted, so that whoever
 * watches or reads from what they saw before the restore is told to begin anew.
 */
export function bumpRevision(root: WriteBucket, latest: bigint, amount: bigint, log: LogSink): void {
  const revision = latest + amount;
  if (revision > maxInt64) {
    throw new SnapshotError('argument', `--bump-revision ${amount} is too much: the latest revision is ${latest}`);
  }
  const fields = { 'latest-revision': latest, 'bump-amount': amount, 'new-latest-revision': revision };
  log({ level: 'info', message: 'bumping latest revision', fields });
  root.bucketOrCreate(KEY_BUCKET).put(encodeRevision(revision), new Uint8Array(0));
  log({ level: 'info', message: 'marking revision compacted', fields: { revision } });
  root.bucketOrCreate(META_BUCKET).put(META.scheduledCompaction, encodeRevision(revision));
}
