import { dirname, join, relative, resolve, sep } from 'node:path';
import { type FileSystem, makeDirectoriesDurably } from '../base/index.ts';
import { type DataDirPaths, dataDirPaths, isOccupied } from './data-dir.ts';
import { SnapshotError } from './errors.ts';
import { quote } from '../base/index.ts';

const SUFFIX = '.restoring';

/**
 * A data directory under construction. What is made lies beside its place and
 * takes it in one rename (two, if the log lies elsewhere), so that no one ever
 * finds half a member; a failure removes all that was made.
 */
export class Staging {
  readonly #files: FileSystem;
  readonly #target: DataDirPaths;
  readonly #memberDir: string;
  /** Set if the log does not lie within the member's directory. */
  readonly #walDir: string | undefined;
  /** What to remove after a failure, in this order. */
  readonly #made: string[] = [];

  /**
   * @throws SnapshotError `exists` if something is there already; FileError
   */
  constructor(files: FileSystem, dataDir: string, walDir: string | undefined) {
    this.#files = files;
    this.#target = dataDirPaths(dataDir, walDir);
    if (isOccupied(files, dataDir)) {
      throw new SnapshotError('exists', `data-dir ${quote(dataDir)} not empty or could not be read`);
    }
    if (walDir && files.stat(walDir)) throw new SnapshotError('exists', `wal-dir ${quote(walDir)} exists`);
    this.#memberDir = this.#target.memberDir + SUFFIX;
    this.#walDir = this.#isWithinMember(this.#target.walDir) ? undefined : this.#target.walDir + SUFFIX;
  }

  /** Where things will lie in the end. */
  get target(): DataDirPaths {
    return this.#target;
  }

  /** Where things are to be made. */
  get paths(): Pick<DataDirPaths, 'snapDir' | 'walDir' | 'database'> {
    const snapDir = join(this.#memberDir, 'snap');
    const walDir = this.#walDir ?? join(this.#memberDir, relative(this.#target.memberDir, this.#target.walDir));
    return { snapDir, walDir, database: join(snapDir, 'db') };
  }

  begin(): void {
    this.#make(this.paths.snapDir);
    if (this.#walDir) this.#make(dirname(this.#walDir));
  }

  /** Puts everything in its place, durably. */
  commit(): void {
    const { memberDir, walDir, dataDir } = this.#target;
    this.#files.syncDirectory(this.paths.snapDir);
    this.#files.syncDirectory(this.#memberDir);
    if (this.#walDir) {
      this.#made.unshift(walDir);
      this.#files.rename(this.#walDir, walDir);
      this.#files.syncDirectory(dirname(walDir));
    }
    this.#made.unshift(memberDir);
    this.#files.rename(this.#memberDir, memberDir);
    this.#files.syncDirectory(dataDir);
  }

  /** Removes what was made. */
  discard(): void {
    if (this.#walDir) this.#files.removeTree(this.#walDir);
    this.#files.removeTree(this.#memberDir);
    for (const path of this.#made) this.#files.removeTree(path);
  }

  #make(directory: string): void {
    const topmost = makeDirectoriesDurably(this.#files, directory);
    if (topmost !== undefined) this.#made.push(topmost);
  }

  #isWithinMember(path: string): boolean {
    const way = relative(resolve(this.#target.memberDir), resolve(path));
    return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
  }
}
