import type { BackendSizes } from './backend.ts';

const PAGE_BYTES = 4096;
/** The two meta pages, the root and a page for each bucket that outgrew it, as in a database that was just made. */
const EMPTY_PAGES = 5;
/** How full pages are on the average. */
const FILL = 0.9;

/** Reckons what a database would take that is not there: pages in use, and those of the time when it was largest. */
export class SizeTally {
  readonly #recordBytes: () => number;
  #pages = EMPTY_PAGES;

  /** @param recordBytes keys, values and what a page notes of each, now */
  constructor(recordBytes: () => number) {
    this.#recordBytes = recordBytes;
  }

  sizes(): BackendSizes {
    const inUse = this.#inUse();
    this.#pages = Math.max(this.#pages, inUse);
    return { sizeBytes: this.#pages * PAGE_BYTES, inUseBytes: inUse * PAGE_BYTES };
  }

  defragment(): void {
    this.#pages = this.#inUse();
  }

  #inUse(): number {
    return EMPTY_PAGES - 1 + Math.ceil(this.#recordBytes() / FILL / PAGE_BYTES);
  }
}
