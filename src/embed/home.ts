import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileSystem, makeDirectoriesDurably, nodeFiles } from '../base/index.ts';
import { MemoryFiles } from './files/memory-files.ts';
import type { Settings } from './settings.ts';

/** Where the members of a cluster keep what they have. */
export interface Home {
  readonly files: FileSystem;
  readonly directory: string;
  /** Removes it, unless it is the user's to keep. */
  remove(): void;
}

/** @throws FileError when the directory can not be made */
export async function openHome({ storage, dataDir }: Settings): Promise<Home> {
  if (storage === 'memory') return { files: new MemoryFiles(), directory: '/etcd', remove: () => undefined };
  if (dataDir !== undefined) {
    makeDirectoriesDurably(nodeFiles, dataDir);
    return { files: nodeFiles, directory: dataDir, remove: () => undefined };
  }
  const directory = await mkdtemp(join(tmpdir(), 'etcd-embedded-'));
  return { files: nodeFiles, directory, remove: () => nodeFiles.removeTree(directory) };
}
