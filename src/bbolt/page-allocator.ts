import { PageSink } from './page-sink.ts';

/** Gives out pages above the high-water mark and keeps account of those given up. Nothing in use is overwritten. */
export class PageAllocator extends PageSink {
  readonly #freed: number[] = [];

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
