import { type File, writeFully } from '../base/index.ts';
import type { FreePages } from './free-pages.ts';
import { PageSink } from './page-sink.ts';

/**
 * Gives out pages that are free, or else above the high-water mark, and keeps account of those given up. Nothing in use
 * is overwritten.
 */
export class PageAllocator extends PageSink {
  readonly #file: File;
  readonly #free: FreePages | undefined;
  readonly #freed: number[] = [];

  constructor(file: File, pageSize: number, firstId: number, free?: FreePages) {
    super(file, pageSize, firstId);
    this.#file = file;
    this.#free = free;
  }

  override take(size: number, fill: (run: Buffer, id: number, overflow: number) => void): number {
    const pages = Math.ceil(size / this.pageSize);
    const id = this.#free?.take(pages);
    if (id === undefined) return super.take(size, fill);
    const run = Buffer.alloc(pages * this.pageSize);
    fill(run, id, pages - 1);
    writeFully(this.#file, run, id * this.pageSize);
    return id;
  }

  /** Gives up a run of pages; none if it is undefined. */
  free(run: { readonly page: number; readonly overflow: number } | undefined): void {
    if (!run) return;
    for (let id = run.page; id <= run.page + run.overflow; id++) this.#freed.push(id);
  }

  /** Pages given up so far, in no order. */
  get freed(): readonly number[] {
    return this.#freed;
  }
}
