import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { type Clock, type File, type FileSystem, secondsSince } from '../base/index.ts';
import { Figures } from '../figures/index.ts';
import { BulkWriter, copyCompacted, Database, runSteps, Updater } from '../bbolt/index.ts';
import type { Backend, BackendSizes, LogPosition } from './backend.ts';
import { BUCKETS, type BucketName, type BucketReader } from './buckets.ts';
import { readDatabase } from './image.ts';
import { PendingChanges } from './pending-changes.ts';

/** So long, or so many changes, are gathered before they are written, as in etcd. The log has them until then. */
const COMMIT_AFTER_MS = 100;
const COMMIT_AFTER_CHANGES = 10_000;

export interface DiskBackendOptions {
  readonly files: FileSystem;
  readonly clock: Clock;
  /** Where it counts what it does. */
  readonly figures?: Figures | undefined;
  /** Keeps others off a file; returns what lets them. */
  readonly lock: (path: string) => () => void;
  /** Turns a position into records of the bucket `meta`. */
  readonly positionRecords: (position: LogPosition) => Iterable<readonly [key: Uint8Array, value: Uint8Array]>;
  /** Writing has failed; nothing more is kept. */
  readonly failed: (error: unknown) => void;
}

/**
 * Keeps records in a file of bbolt's format. What entries changed gathers in memory and is written with their position
 * in one transaction: after a crash the file is as of some entry, and the log goes on from there.
 */
export class DiskBackend implements Backend {
  readonly #path: string;
  readonly #options: DiskBackendOptions;
  readonly #figures: Figures;
  #file: File;
  #unlock: () => void;
  #updater: Updater;
  #position: LogPosition;
  #hasMoved = false;
  /** Since the last commit. */
  #changes = new PendingChanges();
  #cancelTimer: (() => void) | undefined;
  /** The file is being written; what is changed meanwhile waits. Settles well in any case. */
  #writing: Promise<void> | undefined;
  #isClosed = false;
  /** Set when the file could not be let go at once. */
  #released: Promise<void> | undefined;

  /**
   * Opens a database and locks it.
   * @param positionOf finds the position in what it holds
   * @throws BboltError, FileError
   */
  constructor(path: string, positionOf: (buckets: BucketReader) => LogPosition, options: DiskBackendOptions) {
    this.#path = path;
    this.#options = options;
    this.#figures = options.figures ?? new Figures();
    this.#unlock = options.lock(path);
    this.#file = options.files.open(path, 'update');
    this.#updater = Updater.open(this.#file);
    this.#updater.update((root) => {
      // Those that a database of an older release does not have.
      for (const bucket of BUCKETS) root.bucketOrCreate(bucket);
    });
    this.#position = positionOf(this.reader());
  }

  /** Writes an empty database into a new file. */
  static create(files: FileSystem, path: string): void {
    const file = files.open(path, 'create');
    try {
      const writer = new BulkWriter(file, { freelist: 'absent' });
      for (const bucket of BUCKETS) {
        writer.beginBucket(bucket);
        writer.endBucket();
      }
      writer.finish();
    } finally {
      file.close();
    }
    files.syncDirectory(dirname(path));
  }

  get position(): LogPosition {
    return this.#position;
  }

  put(bucket: BucketName, key: Uint8Array, value: Uint8Array): void {
    this.#change(bucket, key, value);
  }

  delete(bucket: BucketName, key: Uint8Array): void {
    this.#change(bucket, key, undefined);
  }

  applied(position: LogPosition): void {
    this.#position = position;
    this.#hasMoved = true;
    if (this.#changes.count >= COMMIT_AFTER_CHANGES && !this.#writing) this.#commitSoon();
    else this.#schedule();
  }

  /** @throws FileError, BboltError once it has been told to `failed` */
  async commit(): Promise<void> {
    await this.#exclusively(() => this.#commit());
  }

  sizes(): BackendSizes {
    const { sizeBytes, inUseBytes } = this.#updater;
    return { sizeBytes, inUseBytes };
  }

  /** Copies what is in use into a new file, which takes the old one's place. Changes gather meanwhile. */
  async defragment(): Promise<void> {
    await this.#exclusively(() => this.#commit());
    const sinceMs = this.#options.clock.nowMs();
    this.#figures.set('etcd_disk_defrag_inflight', 1);
    try {
      await this.#exclusively(() => this.#rewrite());
    } finally {
      this.#figures.set('etcd_disk_defrag_inflight', 0);
      this.#figures.observe('etcd_disk_backend_defrag_duration_seconds', secondsSince(this.#options.clock, sinceMs));
    }
    this.#schedule();
  }

  reader(): BucketReader {
    return readDatabase(this.#file);
  }

  async close(): Promise<void> {
    // A failure has been told of, and there is nothing more to lose.
    if (!this.#isClosed) await this.commit().catch(() => undefined);
    await this.abandon();
  }

  /** Lets go of the file as it is, as a crash would: at once, or when what waits for the disk is over. */
  abandon(): Promise<void> | undefined {
    if (this.#isClosed) return this.#released;
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#updater.stop();
    this.#released = this.#writing?.then(() => this.#release());
    if (!this.#released) this.#release();
    return this.#released;
  }

  #release(): void {
    try {
      this.#file.close();
    } finally {
      this.#unlock();
    }
  }

  /** One at a time on the file. What is told while others are at it is there when its turn comes. */
  async #exclusively(work: () => Promise<void>): Promise<void> {
    while (this.#writing && !this.#isClosed) await this.#writing;
    if (this.#isClosed) throw new Error('the database was closed');
    const done = work();
    const settled = done.then(
      () => undefined,
      () => undefined,
    );
    this.#writing = settled.then(() => void (this.#writing = undefined));
    await done;
  }

  async #rewrite(): Promise<void> {
    const { files, lock } = this.#options;
    const directory = dirname(this.#path);
    const temporary = join(directory, `db.tmp.${randomBytes(5).toString('hex')}`);
    const target = files.open(temporary, 'create');
    try {
      await runSteps(copyCompacted(new Database(this.#file), target, { freelist: 'absent' }));
      if (this.#isClosed) throw new Error('the database was closed');
    } catch (error) {
      target.close();
      files.removeTree(temporary);
      throw error;
    }
    target.close();
    const unlock = lock(temporary);
    files.rename(temporary, this.#path);
    files.syncDirectory(directory);
    this.#file.close();
    this.#unlock();
    this.#unlock = unlock;
    this.#file = files.open(this.#path, 'update');
    this.#updater = Updater.open(this.#file);
  }

  #change(bucket: BucketName, key: Uint8Array, value: Uint8Array | undefined): void {
    this.#changes.add(bucket, key, value);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#cancelTimer ??= this.#options.clock.after(COMMIT_AFTER_MS, () => this.#commitSoon());
  }

  #commitSoon(): void {
    // Who has to know of a failure is told by `failed`.
    this.commit().catch(() => undefined);
  }

  async #commit(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#changes.count === 0 && !this.#hasMoved) return;
    const changes = this.#changes;
    const position = this.#hasMoved ? this.#position : undefined;
    const sinceMs = this.#options.clock.nowMs();
    this.#changes = new PendingChanges();
    this.#hasMoved = false;
    try {
      await this.#updater.updateAsync((root) => {
        changes.writeTo(root);
        if (!position) return;
        const meta = root.bucketOrCreate('meta');
        for (const [key, value] of this.#options.positionRecords(position)) meta.put(key, value);
      });
      this.#figures.observe('etcd_disk_backend_commit_duration_seconds', secondsSince(this.#options.clock, sinceMs));
    } catch (error) {
      if (!this.#isClosed) this.#options.failed(error);
      this.abandon()?.catch(() => undefined);
      throw error;
    }
  }
}
