/**
 * snapshot/: the offline half. A snapshot or database summed up and hashed, a
 * member's data directory made from a snapshot, made fit for another release or
 * smaller, without a server. What happens is told as log events; what fails, as a
 * SnapshotError, BboltError, FileError, TextError (a URL) or WalError. Nothing is
 * left half done.
 */
export { type Database, openDatabase } from '../bbolt/index.ts';
export type { Progress, SnapshotSource } from './copy-snapshot.ts';
export { type DataDirPaths, dataDirPaths, existingDataDir } from './data-dir.ts';
export { defragment, type DefragmentOptions } from './defragment.ts';
export { type DatabaseSource, openSource, type SourceOptions } from './database-source.ts';
export { diffKeys, type KeyChange } from './diff-keys.ts';
export { DIGEST_BYTES, hasDigest } from './digest.ts';
export { SnapshotError, type SnapshotFault } from './errors.ts';
export { hashKv, type HashKvOptions, type KvHash } from './hash-kv.ts';
export { groupKeys, type GroupOptions, type KeyGroup } from './key-groups.ts';
export { isInRange, type KeyRange, prefixRange, singleKey, wholeRange } from './key-range.ts';
export { liveKeys, type LiveKey, type LiveKeysOptions, type StoredKeyValue } from './live-keys.ts';
export { migrate, type MigrateOptions } from './migrate.ts';
export { raftTerm } from './raft-term.ts';
export { restore, type RestoreOptions } from './restore.ts';
export { type RevisionBounds, revisionBounds } from './revision-bounds.ts';
export { snapshotStatus, type SnapshotStatus, type StatusOptions } from './status.ts';
export { type Verification, verifySnapshot } from './verify.ts';
export { parseTargetVersion, type Version } from './version.ts';
