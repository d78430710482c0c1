import { ELEMENT_SIZE, MAX_ELEMENTS, PAGE_HEADER_SIZE } from './format.ts';

/** No page is split so that a part has fewer elements; a branch with a single child would break bbolt's deletions. */
const MIN_ELEMENTS = 2;

/** How full pages are made where keys come in order; etcd asks bbolt for the same in bucket `key` and in a defrag. */
export const SEQUENTIAL_FILL = 0.9;
/** bbolt's default, for keys that come in any order. */
export const DEFAULT_FILL = 0.5;

/**
 * Where to break elements up into pages, as bbolt's nodes do it (node.go, splitTwo and splitIndex): elements that fit
 * one page stay together, and so do four or fewer however large (the page then overflows); else the first page takes
 * elements up to the threshold.
 */
export class SplitRule {
  readonly #pageSize: number;
  readonly #threshold: number;

  constructor(pageSize: number, fill: number) {
    this.#pageSize = pageSize;
    this.#threshold = Math.floor(pageSize * fill);
  }

  /** Whether so many elements, of `size` bytes with the page header, make more than one page. */
  mustSplit(count: number, size: number): boolean {
    return count > MIN_ELEMENTS * 2 && (size >= this.#pageSize || count > MAX_ELEMENTS);
  }

  /** Whether the element at `index` would be one too many for a page that has `size` bytes without it. */
  isFull(index: number, size: number, elementSize: number): boolean {
    return index >= MIN_ELEMENTS && (size + elementSize > this.#threshold || index >= MAX_ELEMENTS);
  }

  /**
   * How many of the elements go on the first page.
   * @param sizes of the elements, each with its entry in the table
   */
  firstPart(sizes: readonly number[]): number {
    let size = PAGE_HEADER_SIZE;
    let total = PAGE_HEADER_SIZE;
    for (const elementSize of sizes) total += elementSize;
    if (!this.mustSplit(sizes.length, total)) return sizes.length;
    const last = sizes.length - MIN_ELEMENTS - 1;
    for (let index = 0; index < last; index++) {
      const elementSize = sizes[index] ?? 0;
      if (this.isFull(index, size, elementSize)) return index;
      size += elementSize;
    }
    return last;
  }
}

/** Bytes that an element takes on a page: its entry in the table, its key and its value. */
export function elementSize(keyLength: number, valueLength: number): number {
  return ELEMENT_SIZE + keyLength + valueLength;
}
