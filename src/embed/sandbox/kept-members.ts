import { join } from 'node:path';
import type { FileSystem } from '../../base/index.ts';
import { StartError } from '../options.ts';

/**
 * Sees that a directory holds either no member or as many as are wanted: the size of a cluster is in its data, and
 * is not changed by starting it with another.
 * @returns the directory
 * @throws StartError
 */
export function unmovedMembers(files: FileSystem, directory: string, size: number): string {
  const isDirectory = (path: string): boolean => files.stat(path)?.kind === 'directory';
  const kept = files
    .list(directory)
    .filter((name) => isDirectory(join(directory, name)) && isDirectory(join(directory, name, 'member')));
  if (kept.length > 0 && kept.length !== size) {
    throw new StartError(
      `${directory} holds a cluster of ${kept.length}, not of ${size}: give --size ${kept.length} or another --data-dir`,
    );
  }
  return directory;
}
