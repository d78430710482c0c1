import { type FileSystem, type LogSink, nodeFiles } from '../base/index.ts';
import { type FileLock, lockFile } from '../base/file-lock.ts';
import { BboltError, openDatabase, updateFile } from '../bbolt/index.ts';
import { WalError } from '../wal/index.ts';
import { type DataDirPaths, existingDataDir } from './data-dir.ts';
import { SnapshotError } from './errors.ts';
import { minimalLogVersion } from './log-version.ts';
import { META_BUCKET } from './schema.ts';
import { followPlan, forceVersion, planMigration, storageVersion } from './storage-version.ts';
import { compareVersions, formatMinor, formatVersion, type Version } from './version.ts';

export interface MigrateOptions {
  readonly dataDir: string;
  /** See parseTargetVersion. */
  readonly target: Version;
  /** Where the plan fails, set the version nevertheless. */
  readonly force?: boolean;
  /** How long to wait for a server to give up the database; Infinity for ever. */
  readonly lockTimeoutMs: number;
  readonly log?: LogSink;
  readonly files?: FileSystem;
  readonly lock?: (path: string, timeoutMs: number) => Promise<FileLock>;
}

const lockForChange = (path: string, timeoutMs: number): Promise<FileLock> => lockFile(path, 'exclusive', timeoutMs);

/**
 * Makes a data directory fit for another release: up, or down if its log holds
 * nothing that the older one does not understand. The database changes in one
 * step or not at all.
 * @throws SnapshotError `version`, `invalid`; FileError, with code EWOULDBLOCK if the lock was not given up in time
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { files = nodeFiles, lock = lockForChange } = options;
  const paths = existingDataDir(files, options.dataDir);
  const held = await lock(paths.database, options.lockTimeoutMs);
  try {
    migrateLocked(files, paths, options);
  } catch (error) {
    if (!(error instanceof BboltError)) throw error;
    throw new SnapshotError('invalid', `${paths.database}: ${error.message}`, { cause: error });
  } finally {
    held.release();
  }
}

function migrateLocked(files: FileSystem, paths: DataDirPaths, options: MigrateOptions): void {
  const { target, force = false, log = () => undefined } = options;
  const current = detect(files, paths.database, log);
  if (compareVersions(current, target) === 0) {
    const fields = { 'storage-version': formatMinor(current) };
    return log({ level: 'info', message: 'storage version up-to-date', fields });
  }
  const logVersion = readLogVersion(files, paths.walDir, log);
  let change: Parameters<typeof updateFile>[1];
  try {
    const plan = planMigration(current, target, log);
    checkDowngrade(current, target, logVersion);
    change = (root) => followPlan(root, plan, log);
  } catch (error) {
    if (!force || !(error instanceof SnapshotError)) throw error;
    log({ level: 'info', message: 'normal migrate failed, trying with force', fields: { error: error.message } });
    change = (root) => forceVersion(root, target, log);
  }
  updateFile(paths.database, change, files);
}

function detect(files: FileSystem, path: string, log: LogSink): Version {
  const database = openDatabase(path, files);
  try {
    return storageVersion(database.bucket(META_BUCKET));
  } catch (error) {
    const message =
      'failed to detect storage version. Please make sure you are using data dir from etcd v3.5 and older';
    if (error instanceof SnapshotError) log({ level: 'error', message, fields: {} });
    throw error;
  } finally {
    database.close();
  }
}

function readLogVersion(files: FileSystem, walDir: string, log: LogSink): Version | undefined {
  try {
    return minimalLogVersion(files, walDir);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log({ level: 'error', message: 'Failed to finalize config', fields: { error: reason } });
    if (!(error instanceof WalError)) throw error;
    throw new SnapshotError('invalid', `failed to read wal: ${reason}`, { cause: error });
  }
}

function checkDowngrade(current: Version, target: Version, logVersion: Version | undefined): void {
  if (!logVersion || compareVersions(target, current) > 0 || compareVersions(target, logVersion) >= 0) return;
  const [wanted, found] = [formatVersion(target), formatVersion(logVersion)];
  throw new SnapshotError(
    'version',
    `cannot downgrade storage, WAL contains newer entries, as the target version (${wanted}) is lower than the version (${found}) detected from WAL logs`,
  );
}
