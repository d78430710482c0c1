import { join } from 'node:path';
import { FileError, type FileSystem } from '../base/index.ts';

/** Where things lie in a member's data directory. */
export interface DataDirPaths {
  readonly dataDir: string;
  readonly memberDir: string;
  readonly snapDir: string;
  readonly walDir: string;
  readonly database: string;
}

/** @param walDir where the log lies instead, if it does */
export function dataDirPaths(dataDir: string, walDir?: string): DataDirPaths {
  const memberDir = join(dataDir, 'member');
  const snapDir = join(memberDir, 'snap');
  return { dataDir, memberDir, snapDir, walDir: walDir || join(memberDir, 'wal'), database: join(snapDir, 'db') };
}

/**
 * The paths of a data directory that has a database, for work without a server.
 * @throws FileError `stat <path>: no such file or directory`
 */
export function existingDataDir(files: FileSystem, dataDir: string, walDir?: string): DataDirPaths {
  const paths = dataDirPaths(dataDir, walDir);
  if (!files.stat(paths.database)) throw new FileError('stat', paths.database, 'ENOENT', 'no such file or directory');
  return paths;
}

/** Whether a directory is there and has entries, or can not be looked into. */
export function isOccupied(files: FileSystem, directory: string): boolean {
  if (!files.stat(directory)) return false;
  try {
    return files.list(directory).length > 0;
  } catch (error) {
    if (error instanceof FileError) return true;
    throw error;
  }
}
