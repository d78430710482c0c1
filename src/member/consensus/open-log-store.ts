import type { FileSystem, LogSink } from '../../base/index.ts';
import type { DataDirPaths } from '../../snapshot/index.ts';
import {
  decodeMemberIds,
  EMPTY_SNAPSHOT,
  type Entry,
  encodeMemberIds,
  LogWriter,
  readSnapshotMarks,
  repairLog,
  type SnapshotMark,
  WalError,
  type WriterOptions,
} from '../../wal/index.ts';
import { MemberStartError } from '../founding.ts';
import { setAsideBrokenSnaps } from '../tidy-snap-dir.ts';
import { DiskLogStore, fromDisk } from './disk-log-store.ts';
import { LogStorage, type LogStore } from './log-store.ts';

/** Whose log it is. */
export interface MemberIds {
  readonly memberId: bigint;
  readonly clusterId: bigint;
}

/** Where a log lies, and how it is written. */
export interface LogPlace {
  readonly files: FileSystem;
  readonly paths: DataDirPaths;
  readonly log: LogSink;
  readonly writer: WriterOptions;
}

/** Starts the log of a new member. @throws FileError, WalError */
export function createLogStore({ files, paths, writer: options }: LogPlace, ids: MemberIds): LogStore {
  const writer = LogWriter.create(files, paths.walDir, encodeMemberIds(ids), options);
  return new DiskLogStore(files, paths.snapDir, writer, new LogStorage());
}

interface ReadLog {
  readonly logStore: LogStore;
  readonly ids: MemberIds;
}

/**
 * Reads a log from its newest snapshot on; mends an end that a crash has torn, once.
 * @throws FileError, WalError, MemberStartError
 */
export function reopenLogStore(place: LogPlace): ReadLog {
  try {
    return readWholeLog(place);
  } catch (error) {
    if (!(error instanceof WalError) || error.fault !== 'torn') throw error;
    repairLog(place.files, place.paths.walDir, place.log);
    return readWholeLog(place);
  }
}

function readWholeLog({ files, paths, log, writer: options }: LogPlace): ReadLog {
  const marks = readSnapshotMarks(files, paths.walDir);
  setAsideBrokenSnaps(files, paths.snapDir, marks, log);
  const start: SnapshotMark = marks.at(-1) ?? EMPTY_SNAPSHOT;
  const storage = new LogStorage();
  if (start.index > 0n) storage.beginAfter(start);
  const visit = (entry: Entry): void => storage.append([fromDisk(entry)]);
  const { writer, content } = LogWriter.open(files, paths.walDir, start, visit, options);
  const commit = content.hardState.commit > start.index ? content.hardState.commit : start.index;
  storage.setHardState({ ...content.hardState, commit });
  if (!content.metadata) throw new MemberStartError(`the log in '${paths.walDir}' does not say whose it is`);
  const logStore = new DiskLogStore(files, paths.snapDir, writer, storage);
  return { logStore, ids: decodeMemberIds(content.metadata, paths.walDir) };
}
