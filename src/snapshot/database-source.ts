import { FileError, type FileSystem, nodeFiles } from '../base/index.ts';
import { lockFile, type TakeLock } from '../base/file-lock.ts';
import type { SnapshotSource } from './copy-snapshot.ts';
import { existingDataDir } from './data-dir.ts';
import { hasDigest } from './digest.ts';
import { spool } from './spool.ts';

/** A database that is there to be read until it is released. */
export interface DatabaseSource {
  readonly path: string;
  release(): void;
}

export interface SourceOptions {
  /** How long to wait for a server to give up the database; Infinity for ever. */
  readonly lockTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly files?: FileSystem;
  readonly lock?: TakeLock;
  /** Where a stream is put meanwhile. */
  readonly temporaryDirectory: string;
}

const lockForReading: TakeLock = (path, timeoutMs, signal) => lockFile(path, 'shared', timeoutMs, signal);

/**
 * Finds a database to read: the file of a snapshot or of a member's database, a member's data directory, or a stream,
 * which is written to a private temporary file. A member's database is locked as bbolt locks it to read, so that none
 * writes to it meanwhile; a snapshot, known by its digest, is no member's.
 * @throws FileError, with code EWOULDBLOCK if the lock was not given up in time; the signal's reason
 */
export async function openSource(source: SnapshotSource, options: SourceOptions): Promise<DatabaseSource> {
  const { files = nodeFiles, signal, lock = lockForReading } = options;
  if (typeof source !== 'string') {
    const spooled = await spool(files, source, options.temporaryDirectory, signal);
    return { path: spooled.path, release: () => spooled.remove() };
  }
  const info = files.stat(source);
  if (!info) throw new FileError('stat', source, 'ENOENT', 'no such file or directory');
  if (info.kind === 'file' && hasDigest(info.size)) return { path: source, release: () => undefined };
  const path = info.kind === 'directory' ? existingDataDir(files, source).database : source;
  const held = await lock(path, options.lockTimeoutMs, signal);
  return { path, release: () => held.release() };
}
