/**
 * backend/: where the state of a member is kept beside the memory of its rooms.
 * The rooms (mvcc, lease, auth, member) hold what they need to answer; they read
 * their buckets when they open, tell a Journal what they change, and can be
 * captured for a snapshot. Buckets, keys and values are those of etcd's database.
 */
export {
  BUCKETS,
  type BucketName,
  type BucketReader,
  type Capture,
  type Journal,
  NO_JOURNAL,
  NO_RECORDS,
  type Record,
} from './buckets.ts';
