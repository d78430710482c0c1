/**
 * backend/: where the state of a member is kept beside the memory of its rooms.
 * The rooms (mvcc, lease, auth, member) hold what they need to answer; they read
 * their buckets when they open, tell a Journal what they change, and can be
 * captured for a snapshot. Buckets, keys and values are those of etcd's database.
 *
 * A Backend is a journal that belongs to a log: it makes what one entry changed
 * durable together with the entry's position. An image is a whole database of
 * what was captured.
 */
export { type Backend, type BackendSizes, type LogPosition, START } from './backend.ts';
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
export { DiskBackend, type DiskBackendOptions } from './disk-backend.ts';
export { piecesOf, readDatabase, writeImage } from './image.ts';
export { MemoryBackend } from './memory-backend.ts';
export { MemoryFile } from './memory-file.ts';
