import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { discardTree, type FileSystem, writeFullyAsync } from '../base/index.ts';
import { SPOOL_PREFIX } from './spool-prefix.ts';
import { untilAborted } from './until-aborted.ts';

/** A stream that was written to a file, because a database is read from both ends. */
export interface Spool {
  readonly path: string;
  /** Removes it; a second time does nothing. */
  remove(): void;
}

/**
 * Writes a stream to a file (0600) in a directory (0700) of its own, since it may hold secrets. A failure, or the
 * signal, leaves nothing behind.
 * @param parent where that directory is made
 * @throws FileError, the stream's own failure, the signal's reason
 */
export async function spool(
  files: FileSystem,
  chunks: AsyncIterable<Uint8Array>,
  parent: string,
  signal?: AbortSignal,
): Promise<Spool> {
  const directory = join(parent, SPOOL_PREFIX + randomBytes(8).toString('hex'));
  files.makeDirectories(directory);
  try {
    const path = join(directory, 'db');
    const file = files.open(path, 'create');
    try {
      let position = 0;
      for await (const chunk of untilAborted(chunks, signal)) {
        await writeFullyAsync(file, chunk, position);
        position += chunk.length;
      }
    } finally {
      file.close();
    }
    return { path, remove: () => files.removeTree(directory) };
  } catch (error) {
    discardTree(files, directory);
    throw error;
  }
}
