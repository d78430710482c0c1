import { type File, writeFully } from '../base/index.ts';
import { Checker } from './checker.ts';
import { Database } from './database.ts';
import { BboltError } from './errors.ts';
import { FreePages } from './free-pages.ts';
import { encodeMeta } from './meta.ts';
import { PageAllocator } from './page-allocator.ts';
import { SEQUENTIAL_FILL, SplitRule } from './split.ts';
import { WriteBucket } from './write-bucket.ts';

/** A file grows by so much, as growing costs an fsync. */
const GROWTH_BYTES = 1024 * 1024;

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
    if (this.#failure !== undefined) throw this.#failure;
    const database = new Database(this.#file);
    const { meta, reader, root } = database;
    const pages = new PageAllocator(this.#file, meta.pageSize, meta.pageCount, this.#free);
    const bucket = new WriteBucket({ reader, pages, rule: new SplitRule(meta.pageSize, SEQUENTIAL_FILL) }, root.header);
    change(bucket);
    if (!bucket.changed) return;
    try {
      const rootPage = bucket.writeRoot();
      this.#grow(pages.nextId * meta.pageSize);
      pages.flush();
      this.#file.fdatasync();
      const txid = meta.txid + 1n;
      const page = encodeMeta({ ...meta, rootPage, freelistPage: undefined, pageCount: pages.nextId, txid });
      writeFully(this.#file, page, Number(txid % 2n) * meta.pageSize);
      this.#file.fdatasync();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
    this.#pageCount = pages.nextId;
    this.#free.add(pages.freed);
  }

  #grow(size: number): void {
    if (this.#file.size() >= size) return;
    this.#file.truncate(Math.ceil(size / GROWTH_BYTES) * GROWTH_BYTES);
    this.#file.fsync();
  }
}
