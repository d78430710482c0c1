import { join } from 'node:path';
import { FileError, type FileSystem, type LogSink } from '../base/index.ts';
import { readNewestSnapFile, type SnapshotMark } from '../wal/index.ts';

const IMAGE = /^([0-9a-f]{16})\.snap\.db$/;

/** What was being written when a member died: images that came in, and copies made by defragmenting. */
export function removeLeftovers(files: FileSystem, snapDir: string, log: LogSink): void {
  for (const name of files.list(snapDir)) {
    if (!name.startsWith('tmp') && !name.startsWith('db.tmp')) continue;
    const path = join(snapDir, name);
    if (name.startsWith('db.tmp')) {
      log({ level: 'info', message: 'found orphaned defragmentation file; deleting', fields: { path } });
    }
    files.removeTree(path);
  }
}

/** Images of a database that is as new by now, as the one in use tells by its position. */
export function removeOrphanedImages(files: FileSystem, snapDir: string, position: bigint, log: LogSink): void {
  for (const name of files.list(snapDir)) {
    const [, index] = IMAGE.exec(name) ?? [];
    if (index === undefined || BigInt(`0x${index}`) > position) continue;
    const path = join(snapDir, name);
    log({ level: 'info', message: 'found orphaned .snap.db file; deleting', fields: { path } });
    files.removeTree(path);
  }
}

/**
 * Gives `.snap` files that can not be read another name, up to the newest that can. Nothing is lost: the log tells where
 * it begins, and the database holds the membership. Older releases of etcd, which begin with such a file, then take the
 * one before.
 */
export function setAsideBrokenSnaps(
  files: FileSystem,
  snapDir: string,
  marks: readonly SnapshotMark[],
  log: LogSink,
): void {
  readNewestSnapFile(files, snapDir, marks, (path, { message: error }) => {
    log({ level: 'warn', message: 'failed to read a snap file', fields: { path, error } });
    const fields = { path, 'broken-path': `${path}.broken` };
    try {
      files.rename(path, `${path}.broken`);
      log({ level: 'warn', message: 'renamed to a broken snap file', fields });
    } catch (cause) {
      if (!(cause instanceof FileError)) throw cause;
      log({
        level: 'warn',
        message: 'failed to rename a broken snap file',
        fields: { ...fields, error: cause.message },
      });
    }
  });
}
