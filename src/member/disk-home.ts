import { type Backend, type Capture, DiskBackend, type DiskBackendOptions } from '../backend/index.ts';
import type { Figures } from '../figures/index.ts';
import { type Clock, type FileSystem, type LogSink, makeDirectoriesDurably, nodeFiles } from '../base/index.ts';
import { tryLockFile } from '../base/file-lock.ts';
import { type DataDirPaths, dataDirPaths } from '../snapshot/index.ts';
import { logExists } from '../wal/index.ts';
import { createLogStore, type LogPlace, type MemberIds, reopenLogStore } from './consensus/open-log-store.ts';
import type { LogStore } from './consensus/log-store.ts';
import { MemberStartError } from './founding.ts';
import { DiskImages } from './disk-images.ts';
import type { Home, Image } from './home.ts';
import { metaRecords, readMeta } from './meta-records.ts';
import type { MemberStorage } from './options.ts';
import { purgeFiles } from './purge.ts';
import { removeLeftovers, removeOrphanedImages } from './tidy-snap-dir.ts';

export interface DiskHomeOptions {
  readonly storage: Exclude<MemberStorage, 'memory'>;
  readonly clock: Clock;
  readonly log: LogSink;
  readonly figures: Figures;
  readonly maxSnapFiles: number;
  readonly maxWalFiles: number;
  readonly failed: (error: unknown) => void;
}

/** A member's directory, laid out as etcd's: each can start what the other has left. */
export class DiskHome implements Home {
  readonly ids: MemberIds;
  readonly logStore: LogStore;
  readonly #options: DiskHomeOptions;
  readonly #files: FileSystem;
  readonly #paths: DataDirPaths;
  readonly #images: DiskImages;
  #backend: DiskBackend;

  private constructor(options: DiskHomeOptions, ids: MemberIds, logStore: LogStore, backend: DiskBackend) {
    this.#options = options;
    this.#files = filesOf(options);
    this.#paths = pathsOf(options);
    this.#images = new DiskImages(this.#files, this.#paths.snapDir, options.clock);
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
      const logStore = createLogStore(logPlaceOf(options), ids);
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
      const { logStore, ids } = reopenLogStore(logPlaceOf(options));
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

  makeImage(captures: readonly Capture[]): Promise<Image> {
    return this.#images.make(captures);
  }

  receiveImage(index: bigint, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#images.receive(index, pieces);
  }

  adoptImage(index: bigint): Backend {
    if (!this.#images.has(index)) throw new Error(`no image of the database came for the snapshot at ${index}`);
    void this.#backend.abandon();
    this.#images.moveTo(this.#paths.database, index);
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
    if (!this.#images.has(start)) {
      const { database } = this.#paths;
      throw new MemberStartError(
        "failed to recover v3 backend from snapshot: failed to find database snapshot file (snap: snapshot file doesn't " +
          `exist): '${database}' is as of entry ${this.#backend.position.index}, but the log begins after ${start}`,
      );
    }
    this.adoptImage(start);
  }
}

const filesOf = ({ storage }: DiskHomeOptions): FileSystem => storage.files ?? nodeFiles;

const pathsOf = ({ storage }: DiskHomeOptions): DataDirPaths => dataDirPaths(storage.dataDir, storage.walDir);

const logPlaceOf = (options: DiskHomeOptions): LogPlace => ({
  files: filesOf(options),
  paths: pathsOf(options),
  log: options.log,
  writer: options.storage.segmentBytes === undefined ? {} : { segmentBytes: options.storage.segmentBytes },
});

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
