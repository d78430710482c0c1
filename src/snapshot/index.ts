/**
 * snapshot/: the offline half. A member's data directory made from a snapshot,
 * or made fit for another release, without a server. What happens is told as
 * log events; what fails, as a SnapshotError, FileError, TextError (a URL) or
 * WalError. Nothing is left half done.
 */
export type { Progress, SnapshotSource } from './copy-snapshot.ts';
export { type DataDirPaths, dataDirPaths, existingDataDir } from './data-dir.ts';
export { DIGEST_BYTES, hasDigest } from './digest.ts';
export { SnapshotError, type SnapshotFault } from './errors.ts';
export { migrate, type MigrateOptions } from './migrate.ts';
export { restore, type RestoreOptions } from './restore.ts';
export { parseTargetVersion, type Version } from './version.ts';
