import { formatMs, formatSize, type FileSystem, type LogSink, nodeFiles } from '../base/index.ts';
import { lockFile, type TakeLock } from '../base/file-lock.ts';
import { BboltError, defragmentFile, openDatabase } from '../bbolt/index.ts';
import { existingDataDir } from './data-dir.ts';
import { SnapshotError } from './errors.ts';

export interface DefragmentOptions {
  readonly dataDir: string;
  /** How long to wait for a server to give up the database; Infinity for ever. */
  readonly lockTimeoutMs: number;
  readonly log?: LogSink;
  readonly signal?: AbortSignal | undefined;
  readonly files?: FileSystem;
  readonly lock?: TakeLock;
}

const lockForChange: TakeLock = (path, timeoutMs, signal) => lockFile(path, 'exclusive', timeoutMs, signal);

/**
 * Rewrites the database of a member that is not running without the pages that nothing uses. The database is replaced
 * in one step or stays as it was.
 * @throws SnapshotError `invalid`; FileError, with code EWOULDBLOCK if the lock was not given up in time; the signal's reason
 */
export async function defragment(options: DefragmentOptions): Promise<void> {
  const { files = nodeFiles, lock = lockForChange, log = () => undefined, signal } = options;
  const { database: path } = existingDataDir(files, options.dataDir);
  const held = await lock(path, options.lockTimeoutMs, signal);
  const startMs = performance.now();
  try {
    log({ level: 'info', message: 'defragmenting', fields: { path, ...sizeFields(pagesSize(files, path)) } });
    const { before, after } = await defragmentFile(path, { signal }, files);
    const took = formatMs(performance.now() - startMs);
    const fields = { path, 'current-db-size-bytes-diff': after - before, ...sizeFields(after), took };
    log({ level: 'info', message: 'finished defragmenting directory', fields });
  } catch (error) {
    if (!(error instanceof BboltError)) throw error;
    throw new SnapshotError('invalid', error.message, { cause: error });
  } finally {
    held.release();
  }
}

/** Bytes of all pages, as etcd tells it; the file is larger where it has room to grow. */
function pagesSize(files: FileSystem, path: string): number {
  const database = openDatabase(path, files);
  database.close();
  return database.size;
}

const sizeFields = (bytes: number): { 'current-db-size-bytes': number; 'current-db-size': string } => ({
  'current-db-size-bytes': bytes,
  'current-db-size': formatSize(bytes),
});
