import { join } from 'node:path';
import { FileError, type FileSystem, type LogSink } from '../base/index.ts';
import type { DataDirPaths } from '../snapshot/index.ts';

export interface PurgeOptions {
  /** A snapshot stands there, in whose stead the log before it is not needed. */
  readonly index: bigint;
  readonly maxSnapFiles: number;
  readonly maxWalFiles: number;
  readonly log: LogSink;
}

const SEGMENT = /^[0-9a-f]{16}-([0-9a-f]{16})\.wal$/;
const IMAGE = /^([0-9a-f]{16})\.snap\.db$/;

/** Removes snapshots, images and segments of the log that are older than what a restart needs, but for the newest few. */
export function purgeFiles(files: FileSystem, paths: DataDirPaths, options: PurgeOptions): void {
  const { index, maxSnapFiles, maxWalFiles, log } = options;
  const snaps = files.list(paths.snapDir).filter((name) => name.endsWith('.snap'));
  const images = files.list(paths.snapDir).filter((name) => indexOf(IMAGE, name) <= index && IMAGE.test(name));
  const segments = files.list(paths.walDir).filter((name) => SEGMENT.test(name));
  // One that another follows with the first entry after the snapshot, or before, holds nothing newer.
  const needed = segments.findLastIndex((name) => indexOf(SEGMENT, name) <= index + 1n);
  const oldSegments = segments.slice(0, Math.max(0, Math.min(needed, segments.length - maxWalFiles)));
  const doomed = [
    ...snaps.slice(0, Math.max(0, snaps.length - maxSnapFiles)).map((name) => join(paths.snapDir, name)),
    ...images.map((name) => join(paths.snapDir, name)),
    ...oldSegments.map((name) => join(paths.walDir, name)),
  ];
  for (const path of doomed) {
    try {
      files.remove(path);
      log({ level: 'info', message: 'purged', fields: { path } });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      log({ level: 'warn', message: 'failed to remove file', fields: { path, error: error.message } });
    }
  }
}

const indexOf = (pattern: RegExp, name: string): bigint => BigInt(`0x${pattern.exec(name)?.[1] ?? 'ffffffffffffffff'}`);
