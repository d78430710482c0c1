import { type File, writeFully } from '../base/index.ts';
import { Checker } from './checker.ts';
import { Database } from './database.ts';
import { BboltError } from './errors.ts';
import { FreePages } from './free-pages.ts';
import { encodeMeta, type Meta } from './meta.ts';
import { PageAllocator } from './page-allocator.ts';
import { SEQUENTIAL_FILL, SplitRule } from './split.ts';
import { WriteBucket } from './write-bucket.ts';

/** A file grows by so much, as a new size costs more to make durable than what is written within. */
const GROWTH_BYTES = 1024 * 1024;

/** A new state whose pages are in the file. */
interface Written {
  readonly pages: PageAllocator;
  readonly meta: Meta;
}

/**
 * Changes a database file again and again, as `update` does once, and uses the pages that earlier changes gave up:
 * those of one change serve from the next one on, when no state refers to them to which the file could fall back. As
 * etcd's files on Linux, this one says nothing of which pages are free; whoever opens it finds them.
 *
 * The file must be locked, and no one else may read it meanwhile but through `Database`s made between two updates.
 */
export class Updater {
  readonly #file: File;
  #free: FreePages;
  #pageCount: number;
  readonly #pageSize: number;
  #failure: unknown;

  private constructor(file: File, free: FreePages, pageCount: number, pageSize: number) {
    this.#file = file;
    this.#free = free;
    this.#pageCount = pageCount;
    this.#pageSize = pageSize;
  }

  /** Looks through the whole file for the pages that are free. @throws BboltError if it is damaged; FileError */
  static open(file: File): Updater {
    const database = new Database(file);
    const checker = new Checker(database);
    const steps = checker.run();
    while (steps.next().done !== true);
    const [problem] = checker.problems.messages;
    if (problem !== undefined) throw new BboltError('corrupt', `corrupt database: ${problem}`);
    const { pageCount, pageSize } = database.meta;
    return new Updater(file, new FreePages(checker.reachable.missing()), pageCount, pageSize);
  }

  /** Bytes of all pages. */
  get sizeBytes(): number {
    return this.#pageCount * this.#pageSize;
  }

  /** Bytes of the pages that hold something. */
  get inUseBytes(): number {
    return (this.#pageCount - this.#free.size) * this.#pageSize;
  }

  /**
   * All of it or nothing, see `update`. After a failure of the file nothing more is done, as no one knows what it holds.
   * @throws BboltError, FileError, and what `change` throws
   */
  update(change: (root: WriteBucket) => void): void {
    const written = this.#write(change);
    if (written === undefined) return;
    try {
      this.#file.fdatasync();
      this.#point(written);
      this.#file.fdatasync();
    } catch (error) {
      throw this.#failed(error);
    }
    this.#accept(written);
  }

  /**
   * As `update`, without blocking while the disk is waited for. `change` is called, and all it needs of memory is read,
   * before this returns. One update at a time; between `stop` and the end of an update the file must stay open.
   */
  async updateAsync(change: (root: WriteBucket) => void): Promise<void> {
    const written = this.#write(change);
    if (written === undefined) return;
    try {
      await this.#file.fdatasyncAsync();
      if (this.#failure !== undefined) throw this.#failure;
      this.#point(written);
      await this.#file.fdatasyncAsync();
    } catch (error) {
      throw this.#failed(error);
    }
    this.#accept(written);
  }

  /** Nothing is written from now on: an update under way fails where it is. */
  stop(): void {
    this.#failure ??= new Error('the database was closed');
  }

  /** Writes the pages of the new state, to which nothing refers yet; undefined when nothing is to be changed. */
  #write(change: (root: WriteBucket) => void): Written | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    const database = new Database(this.#file);
    const { meta, reader, root } = database;
    const pages = new PageAllocator(this.#file, meta.pageSize, meta.pageCount, this.#free);
    const bucket = new WriteBucket({ reader, pages, rule: new SplitRule(meta.pageSize, SEQUENTIAL_FILL) }, root.header);
    change(bucket);
    if (!bucket.changed) return undefined;
    try {
      const rootPage = bucket.writeRoot();
      this.#grow(pages.nextId * meta.pageSize);
      pages.flush();
      const txid = meta.txid + 1n;
      return { pages, meta: { ...meta, rootPage, freelistPage: undefined, pageCount: pages.nextId, txid } };
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Makes the file refer to the new state, whose pages are durable. */
  #point({ meta }: Written): void {
    writeFully(this.#file, encodeMeta(meta), Number(meta.txid % 2n) * meta.pageSize);
  }

  #accept({ pages }: Written): void {
    this.#pageCount = pages.nextId;
    this.#free.add(pages.freed);
  }

  #failed(error: unknown): unknown {
    this.#failure = error;
    return error;
  }

  /** The sync that follows makes the size durable with the pages. */
  #grow(size: number): void {
    if (this.#file.size() >= size) return;
    this.#file.truncate(Math.ceil(size / GROWTH_BYTES) * GROWTH_BYTES);
  }
}
