import { type Clock, type File, type FileSystem, type OpenMode, secondsSince } from '../../base/index.ts';
import type { Figures } from '../../figures/index.ts';

type Syncs =
  | 'etcd_disk_wal_fsync_duration_seconds'
  | 'etcd_snap_fsync_duration_seconds'
  | 'etcd_snap_db_fsync_duration_seconds';

/** An image of the database, as it comes from another member. */
const IMAGE = /\/tmp[0-9a-f]+$/;

/** Files on whose way etcd's figures of the log's and the snapshots' disk are taken. */
export class MeasuredFiles implements FileSystem {
  readonly #inner: FileSystem;
  readonly #clock: Clock;
  readonly #figures: Figures;

  constructor(inner: FileSystem, clock: Clock, figures: Figures) {
    this.#inner = inner;
    this.#clock = clock;
    this.#figures = figures;
  }

  open(path: string, mode: OpenMode): File {
    const file = this.#inner.open(path, mode);
    if (path.endsWith('.wal')) return this.#measured(file, 'etcd_disk_wal_fsync_duration_seconds', true);
    if (/\.snap(\.tmp)?$/.test(path)) return this.#measured(file, 'etcd_snap_fsync_duration_seconds', false);
    return IMAGE.test(path) ? this.#measured(file, 'etcd_snap_db_fsync_duration_seconds', false) : file;
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

  #measured(file: File, syncs: Syncs, isLog: boolean): File {
    const [clock, figures] = [this.#clock, this.#figures];
    const wrote = (sinceMs: number, bytes: number): number => {
      if (isLog) figures.observe('etcd_disk_wal_write_duration_seconds', secondsSince(clock, sinceMs));
      if (isLog) figures.add('etcd_disk_wal_write_bytes_total', bytes);
      return bytes;
    };
    const timed = (sync: () => void): void => {
      const sinceMs = clock.nowMs();
      sync();
      figures.observe(syncs, secondsSince(clock, sinceMs));
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
        figures.observe(syncs, secondsSince(clock, sinceMs));
      },
      close: () => file.close(),
    };
  }
}
