import type { Clock, File, FileSystem, OpenMode } from '../../base/index.ts';
import { DISK_SECONDS, type Family, Histogram } from '../../serve/index.ts';

/** Files on whose way etcd's figures of the log's and the snapshots' disk are taken. */
export class MeasuredFiles implements FileSystem {
  readonly #inner: FileSystem;
  readonly #clock: Clock;
  readonly #logSync = new Histogram(
    'etcd_disk_wal_fsync_duration_seconds',
    'Seconds of the fsyncs of the log.',
    DISK_SECONDS,
  );
  readonly #logWrite = new Histogram(
    'etcd_disk_wal_write_duration_seconds',
    'Seconds of the writes to the log.',
    DISK_SECONDS,
  );
  readonly #snapSync = new Histogram(
    'etcd_snap_fsync_duration_seconds',
    'Seconds of the fsyncs of snapshot files.',
    DISK_SECONDS,
  );
  #logBytes = 0;

  constructor(inner: FileSystem, clock: Clock) {
    this.#inner = inner;
    this.#clock = clock;
  }

  families(): Family[] {
    const help = 'Bytes written to the log.';
    return [
      this.#logSync.family(),
      this.#logWrite.family(),
      this.#snapSync.family(),
      { name: 'etcd_disk_wal_write_bytes_total', type: 'gauge', help, samples: [{ value: this.#logBytes }] },
    ];
  }

  open(path: string, mode: OpenMode): File {
    const file = this.#inner.open(path, mode);
    if (path.endsWith('.wal')) return this.#measured(file, this.#logSync, true);
    return /\.snap(\.tmp)?$/.test(path) ? this.#measured(file, this.#snapSync, false) : file;
  }

  stat(path: string): ReturnType<FileSystem['stat']> {
    return this.#inner.stat(path);
  }

  list(directory: string): string[] {
    return this.#inner.list(directory);
  }

  makeDirectories(path: string): string | undefined {
    return this.#inner.makeDirectories(path);
  }

  chmod(path: string, mode: number): void {
    this.#inner.chmod(path, mode);
  }

  rename(from: string, to: string): void {
    this.#inner.rename(from, to);
  }

  remove(path: string): void {
    this.#inner.remove(path);
  }

  removeTree(path: string): void {
    this.#inner.removeTree(path);
  }

  syncDirectory(path: string): void {
    this.#inner.syncDirectory(path);
  }

  #measured(file: File, syncs: Histogram, isLog: boolean): File {
    const clock = this.#clock;
    const wrote = (sinceMs: number, bytes: number): number => {
      if (isLog) this.#logWrite.observe((clock.nowMs() - sinceMs) / 1000);
      if (isLog) this.#logBytes += bytes;
      return bytes;
    };
    const timed = (sync: () => void): void => {
      const sinceMs = clock.nowMs();
      sync();
      syncs.observe((clock.nowMs() - sinceMs) / 1000);
    };
    return {
      path: file.path,
      size: () => file.size(),
      readAt: (into, position) => file.readAt(into, position),
      readAtAsync: (into, position) => file.readAtAsync(into, position),
      writeAt: (bytes, position) => wrote(clock.nowMs(), file.writeAt(bytes, position)),
      writeAtAsync: async (bytes, position) => {
        const sinceMs = clock.nowMs();
        return wrote(sinceMs, await file.writeAtAsync(bytes, position));
      },
      truncate: (size) => file.truncate(size),
      fsync: () => timed(() => file.fsync()),
      fdatasync: () => timed(() => file.fdatasync()),
      fdatasyncAsync: async () => {
        const sinceMs = clock.nowMs();
        await file.fdatasyncAsync();
        syncs.observe((clock.nowMs() - sinceMs) / 1000);
      },
      close: () => file.close(),
    };
  }
}
