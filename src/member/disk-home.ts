import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import {
  type Backend,
  type Capture,
  DiskBackend,
  type DiskBackendOptions,
  piecesOf,
  writeImage,
} from '../backend/index.ts';
import type { Figures } from '../figures/index.ts';
import { type Clock, type FileSystem, type LogSink, makeDirectoriesDurably, nodeFiles } from '../base/index.ts';
import { tryLockFile } from '../base/file-lock.ts';
import { type DataDirPaths, dataDirPaths } from '../snapshot/index.ts';
import {
  decodeMemberIds,
  EMPTY_SNAPSHOT,
  type Entry,
  encodeMemberIds,
  logExists,
  LogWriter,
  readSnapshotMarks,
  repairLog,
  type SnapshotMark,
  WalError,
  type WriterOptions,
} from '../wal/index.ts';
import { DiskLogStore, fromDisk } from './consensus/disk-log-store.ts';
import { LogStorage, type LogStore } from './consensus/log-store.ts';
import { MemberStartError } from './founding.ts';
import { type Home, type Image, inSteps } from './home.ts';
import { metaRecords, readMeta } from './meta-records.ts';
import type { MemberStorage } from './options.ts';
import { purgeFiles } from './purge.ts';
import { removeLeftovers, removeOrphanedImages, setAsideBrokenSnaps } from './tidy-snap-dir.ts';

export interface DiskHomeOptions {
  readonly storage: Exclude<MemberStorage, 'memory'>;
  readonly clock: Clock;
  readonly log: LogSink;
  readonly figures: Figures;
  readonly maxSnapFiles: number;
  readonly maxWalFiles: number;
  readonly failed: (error: unknown) => void;
}

export interface MemberIds {
  readonly memberId: bigint;
  readonly clusterId: bigint;
}

/** A member's directory, laid out as etcd's: each can start what the other has left. */
export class DiskHome implements Home {
  readonly ids: MemberIds;
  readonly logStore: LogStore;
  readonly #options: DiskHomeOptions;
  readonly #files: FileSystem;
  readonly #paths: DataDirPaths;
  #backend: DiskBackend;

  private constructor(options: DiskHomeOptions, ids: MemberIds, logStore: LogStore, backend: DiskBackend) {
    this.#options = options;
    this.#files = filesOf(options);
    this.#paths = pathsOf(options);
    this.ids = ids;
    this.logStore = logStore;
    this.#backend = backend;
  }

  /** Whether there is a member in the directory already. */
  static exists(options: DiskHomeOptions): boolean {
    return logExists(filesOf(options), pathsOf(options).walDir);
  }

  /** Makes the directory of a new member. @throws FileError, WalError */
  static create(options: DiskHomeOptions, ids: MemberIds): DiskHome {
    const files = filesOf(options);
    const paths = pathsOf(options);
    makeDirectoriesDurably(files, paths.snapDir);
    // Left by one that died before its log was there: nothing was promised yet.
    files.removeTree(paths.database);
    DiskBackend.create(files, paths.database);
    const backend = openBackend(options);
    try {
      const writer = LogWriter.create(files, paths.walDir, encodeMemberIds(ids), writerOptions(options));
      const logStore = new DiskLogStore(files, paths.snapDir, writer, new LogStorage());
      return new DiskHome(options, ids, logStore, backend);
    } catch (error) {
      void backend.abandon();
      throw error;
    }
  }

  /** Opens the directory of a member that ran before. @throws FileError, WalError, BboltError, MemberStartError */
  static reopen(options: DiskHomeOptions): DiskHome {
    const files = filesOf(options);
    const paths = pathsOf(options);
    if (!files.stat(paths.database))
      throw new MemberStartError(
        `database file (${paths.database}) of the backend is missing: there is a log in '${paths.walDir}', but no database`,
      );
    const backend = openBackend(options);
    try {
      removeLeftovers(files, paths.snapDir, options.log);
      const { storage, writer, ids } = readLogOf(options, files, paths);
      const logStore = new DiskLogStore(files, paths.snapDir, writer, storage);
      const home = new DiskHome(options, ids, logStore, backend);
      home.#catchUpWithLog();
      removeOrphanedImages(files, paths.snapDir, home.#backend.position.index, options.log);
      return home;
    } catch (error) {
      void backend.abandon();
      throw error;
    }
  }

  get backend(): Backend {
    return this.#backend;
  }

  async makeImage(captures: readonly Capture[]): Promise<Image> {
    const path = join(this.#paths.snapDir, `tmp${randomBytes(5).toString('hex')}`);
    const file = this.#files.open(path, 'create');
    const discard = (): void => {
      file.close();
      this.#files.removeTree(path);
    };
    try {
      await inSteps(this.#options.clock, writeImage(file, captures));
      return { sizeBytes: file.size(), pieces: piecesOf(file), discard };
    } catch (error) {
      discard();
      throw error;
    }
  }

  async receiveImage(index: bigint, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const path = this.#imagePath(index);
    const temporary = join(this.#paths.snapDir, `tmp${randomBytes(5).toString('hex')}`);
    const file = this.#files.open(temporary, 'create');
    try {
      let sizeBytes = 0;
      for await (const piece of pieces) sizeBytes += file.writeAt(piece, sizeBytes);
      await file.fdatasyncAsync();
      file.close();
      this.#files.rename(temporary, path);
      this.#files.syncDirectory(dirname(path));
      return sizeBytes;
    } catch (error) {
      file.close();
      this.#files.removeTree(temporary);
      throw error;
    }
  }

  adoptImage(index: bigint): Backend {
    const image = this.#imagePath(index);
    if (!this.#files.stat(image)) throw new Error(`no image of the database came for the snapshot at ${index}`);
    void this.#backend.abandon();
    this.#files.rename(image, this.#paths.database);
    this.#files.syncDirectory(this.#paths.snapDir);
    this.#backend = openBackend(this.#options);
    return this.#backend;
  }

  purge(index: bigint): void {
    const { maxSnapFiles, maxWalFiles, log } = this.#options;
    purgeFiles(this.#files, this.#paths, { index, maxSnapFiles, maxWalFiles, log });
  }

  async close(): Promise<void> {
    await this.#backend.close();
    await this.logStore.close();
  }

  async abandon(): Promise<void> {
    await this.#backend.abandon();
    await this.logStore.close();
  }

  /** The log may know a snapshot whose image did not get to be the database before a crash. */
  #catchUpWithLog(): void {
    const { storage } = this.logStore;
    const start = storage.firstIndex() - 1n;
    if (this.#backend.position.index >= start) return;
    if (!this.#files.stat(this.#imagePath(start))) {
      const { database } = this.#paths;
      throw new MemberStartError(
        "failed to recover v3 backend from snapshot: failed to find database snapshot file (snap: snapshot file doesn't " +
          `exist): '${database}' is as of entry ${this.#backend.position.index}, but the log begins after ${start}`,
      );
    }
    this.adoptImage(start);
  }

  #imagePath(index: bigint): string {
    return join(this.#paths.snapDir, `${index.toString(16).padStart(16, '0')}.snap.db`);
  }
}

const filesOf = ({ storage }: DiskHomeOptions): FileSystem => storage.files ?? nodeFiles;

const pathsOf = ({ storage }: DiskHomeOptions): DataDirPaths => dataDirPaths(storage.dataDir, storage.walDir);

const writerOptions = ({ storage: { segmentBytes } }: DiskHomeOptions): WriterOptions =>
  segmentBytes === undefined ? {} : { segmentBytes };

function openBackend(options: DiskHomeOptions): DiskBackend {
  const files = filesOf(options);
  const backendOptions: DiskBackendOptions = {
    files,
    clock: options.clock,
    figures: options.figures,
    lock: (path) => (files === nodeFiles || options.storage.isOnDisk === true ? lockDatabase(path) : () => undefined),
    positionRecords: (position) => metaRecords({ position, confState: undefined, storageVersion: '' }),
    failed: options.failed,
  };
  return new DiskBackend(
    pathsOf(options).database,
    (buckets) => readMeta(buckets.records('meta')).position,
    backendOptions,
  );
}

/** As etcd does it, so that neither starts on what the other runs on. */
function lockDatabase(path: string): () => void {
  const lock = tryLockFile(path, 'exclusive');
  if (!lock) throw new MemberStartError(`'${path}' is in use: another member runs on this data directory`);
  return () => lock.release();
}

interface ReadLog {
  readonly storage: LogStorage;
  readonly writer: LogWriter;
  readonly ids: MemberIds;
}

/** Reads the log from its newest snapshot on; mends an end that a crash has torn, once. */
function readLogOf(options: DiskHomeOptions, files: FileSystem, paths: DataDirPaths): ReadLog {
  try {
    return readWholeLog(options, files, paths);
  } catch (error) {
    if (!(error instanceof WalError) || error.fault !== 'torn') throw error;
    repairLog(files, paths.walDir, options.log);
    return readWholeLog(options, files, paths);
  }
}

function readWholeLog(options: DiskHomeOptions, files: FileSystem, paths: DataDirPaths): ReadLog {
  const marks = readSnapshotMarks(files, paths.walDir);
  setAsideBrokenSnaps(files, paths.snapDir, marks, options.log);
  const start: SnapshotMark = marks.at(-1) ?? EMPTY_SNAPSHOT;
  const storage = new LogStorage();
  if (start.index > 0n) storage.beginAfter(start);
  const visit = (entry: Entry): void => storage.append([fromDisk(entry)]);
  const { writer, content } = LogWriter.open(files, paths.walDir, start, visit, writerOptions(options));
  const commit = content.hardState.commit > start.index ? content.hardState.commit : start.index;
  storage.setHardState({ ...content.hardState, commit });
  if (!content.metadata) throw new MemberStartError(`the log in '${paths.walDir}' does not say whose it is`);
  return { storage, writer, ids: decodeMemberIds(content.metadata, paths.walDir) };
}
