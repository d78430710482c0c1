import { ELEMENT_SIZE, PAGE_HEADER_SIZE, PageFlag } from './format.ts';
import { elementSize, type SplitRule } from './split.ts';

/**
 * Elements of one level of a tree, gathered in order until they fill a page. Keys and values are copied one after
 * another into the very bytes that the page will have behind its table.
 */
export class PageBuilder {
  readonly isLeaf: boolean;
  readonly #rule: SplitRule;
  /** Keys and values, in order. */
  #data = Buffer.alloc(4096);
  /** Where each element's data ends. */
  #ends: number[] = [];
  #keySizes: number[] = [];
  /** A leaf element's flags, or a branch element's child page. */
  #marks: number[] = [];
  /** How many elements the first page takes, once it is known that there will be a second page. */
  #full: number | undefined;
  /** Bytes of the page if all elements were on it. */
  #size = PAGE_HEADER_SIZE;

  constructor(isLeaf: boolean, rule: SplitRule) {
    this.isLeaf = isLeaf;
    this.#rule = rule;
  }

  get count(): number {
    return this.#ends.length;
  }

  get size(): number {
    return this.#size;
  }

  /** The first element's key: a view, good until elements are added or taken. */
  get firstKey(): Buffer {
    return this.#data.subarray(0, this.#keySizes[0] ?? 0);
  }

  /** @param mark a leaf element's flags, or a branch element's child page */
  add(key: Uint8Array, value: Uint8Array, mark: number): void {
    const start = this.#dataEnd(this.count);
    const end = start + key.length + value.length;
    if (end > this.#data.length) this.#grow(end);
    this.#data.set(key, start);
    this.#data.set(value, start + key.length);
    const size = elementSize(key.length, value.length);
    if (this.#full === undefined && this.#rule.isFull(this.count, this.#size, size)) this.#full = this.count;
    this.#ends.push(end);
    this.#keySizes.push(key.length);
    this.#marks.push(mark);
    this.#size += size;
  }

  /**
   * How many elements make a full page; undefined if that can not be said before more are added. The last elements
   * are held back, for they may have to share a page with what comes.
   */
  get fullPage(): number | undefined {
    if (this.#full === undefined || this.#full >= this.count - 2) return undefined;
    return this.#rule.mustSplit(this.count, this.#size) ? this.#full : undefined;
  }

  /** How many elements the next page takes if none are to come. */
  get lastPages(): number {
    const sizes: number[] = [];
    for (let i = 0; i < this.count; i++) {
      sizes.push(ELEMENT_SIZE + this.#dataEnd(i + 1) - this.#dataEnd(i));
    }
    return this.#rule.firstPart(sizes);
  }

  /** Bytes of a page with the first `count` elements. */
  sizeOf(count: number): number {
    return PAGE_HEADER_SIZE + count * ELEMENT_SIZE + this.#dataEnd(count);
  }

  /** Writes a page with the first `count` elements into zeroed bytes of `sizeOf(count)` or more. */
  write(count: number, page: Buffer, id: number, overflow: number): void {
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    view.setUint32(0, id % 2 ** 32, true);
    view.setUint32(4, Math.floor(id / 2 ** 32), true);
    view.setUint16(8, this.isLeaf ? PageFlag.leaf : PageFlag.branch, true);
    view.setUint16(10, count, true);
    view.setUint32(12, overflow, true);
    const tableEnd = PAGE_HEADER_SIZE + count * ELEMENT_SIZE;
    for (let i = 0; i < count; i++) {
      const at = PAGE_HEADER_SIZE + i * ELEMENT_SIZE;
      const start = this.#dataEnd(i);
      const keySize = this.#keySizes[i] ?? 0;
      const mark = this.#marks[i] ?? 0;
      const position = tableEnd + start - at;
      if (this.isLeaf) writeLeafElement(view, at, mark, position, keySize, this.#dataEnd(i + 1) - start - keySize);
      else writeBranchElement(view, at, position, keySize, mark);
    }
    this.#data.copy(page, tableEnd, 0, this.#dataEnd(count));
  }

  /** Forgets the first `count` elements. */
  drop(count: number): void {
    const cut = this.#dataEnd(count);
    this.#data.copyWithin(0, cut, this.#dataEnd(this.count));
    this.#ends = this.#ends.slice(count).map((end) => end - cut);
    this.#keySizes = this.#keySizes.slice(count);
    this.#marks = this.#marks.slice(count);
    this.#recount();
  }

  #recount(): void {
    this.#size = PAGE_HEADER_SIZE;
    this.#full = undefined;
    for (let i = 0; i < this.count; i++) {
      const size = ELEMENT_SIZE + this.#dataEnd(i + 1) - this.#dataEnd(i);
      if (this.#full === undefined && this.#rule.isFull(i, this.#size, size)) this.#full = i;
      this.#size += size;
    }
  }

  #dataEnd(count: number): number {
    return count === 0 ? 0 : (this.#ends[count - 1] ?? 0);
  }

  #grow(size: number): void {
    const data = Buffer.alloc(Math.max(size, this.#data.length * 2));
    this.#data.copy(data);
    this.#data = data;
  }
}

function writeLeafElement(view: DataView, at: number, flags: number, position: number, key: number, value: number) {
  view.setUint32(at, flags, true);
  view.setUint32(at + 4, position, true);
  view.setUint32(at + 8, key, true);
  view.setUint32(at + 12, value, true);
}

function writeBranchElement(view: DataView, at: number, position: number, key: number, child: number) {
  view.setUint32(at, position, true);
  view.setUint32(at + 4, key, true);
  view.setUint32(at + 8, child % 2 ** 32, true);
  view.setUint32(at + 12, Math.floor(child / 2 ** 32), true);
}
