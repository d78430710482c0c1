import { dirname, join } from 'node:path';
import { discardTree, type FileSystem, makeDirectoriesDurably } from '../base/index.ts';
import { WalError } from './errors.ts';
import { EMPTY_SNAPSHOT, encodeSnapshotMark } from './messages.ts';
import { logExists, segmentName } from './names.ts';
import { PageBuffer } from './page-buffer.ts';
import { RecordEncoder, RecordType } from './records.ts';

/**
 * Makes a log, headed by `metadata`, in a directory that must hold none. It is
 * made beside the directory and renamed onto it, so that it is there whole or
 * not at all; a failure leaves neither.
 */
export function createLog(files: FileSystem, directory: string, metadata: Uint8Array, segmentBytes: number): void {
  if (logExists(files, directory)) throw new WalError('exists', `wal: a log exists in '${directory}'`);
  const staging = `${directory}.tmp`;
  files.removeTree(staging);
  let made = staging;
  try {
    makeDirectoriesDurably(files, staging);
    makeFirstSegment(files, join(staging, segmentName(0n, 0n)), metadata, segmentBytes);
    files.syncDirectory(staging);
    files.rename(staging, directory);
    made = directory;
    files.syncDirectory(dirname(directory));
  } catch (error) {
    discardTree(files, made);
    throw error;
  }
}

function makeFirstSegment(files: FileSystem, path: string, metadata: Uint8Array, segmentBytes: number): void {
  const file = files.open(path, 'create');
  try {
    // Node has no fallocate; growing the file is what etcd falls back on where the file system has none either.
    file.truncate(segmentBytes);
    const encoder = new RecordEncoder();
    const buffer = new PageBuffer(file, 0);
    buffer.append(encoder.encode(RecordType.CRC));
    buffer.append(encoder.encode(RecordType.METADATA, metadata));
    buffer.append(encoder.encode(RecordType.SNAPSHOT, encodeSnapshotMark(EMPTY_SNAPSHOT)));
    buffer.flush();
    file.fsync();
  } finally {
    file.close();
  }
}
