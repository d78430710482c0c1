import { corruptPage } from './errors.ts';
import { BUCKET_ELEMENT_FLAG, ELEMENT_SIZE, PAGE_HEADER_SIZE, PageFlag, pageTypeName } from './format.ts';

const NO_BYTES = Buffer.alloc(0);

/** Numbers kept for an element: flags, start of its key, start of its value, end of its value. */
const STRIDE = 4;

/**
 * A branch or leaf page in memory whose every offset has been checked, so that whoever reads it need not. It is
 * filled anew again and again: keys and values taken from it are views, good until the next page is loaded into it.
 */
export class Page {
  id = 0;
  flags = 0;
  /** Elements on the page. */
  count = 0;
  /** Pages that follow the first one and belong to it. */
  overflow = 0;
  /** Whether any of a leaf's elements holds a bucket. */
  hasBuckets = false;
  /** The page's bytes, and often more after them. */
  bytes: Buffer = NO_BYTES;
  #view: DataView = new DataView(NO_BYTES.buffer, 0, 0);
  #spans = new Uint32Array(STRIDE * 64);

  get isLeaf(): boolean {
    return this.flags === PageFlag.leaf;
  }

  get isBranch(): boolean {
    return this.flags === PageFlag.branch;
  }

  /** Sets where the page's bytes are, and reads the header from them. */
  setBytes(bytes: Buffer): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.flags = this.#view.getUint16(8, true);
    this.count = this.#view.getUint16(10, true);
    this.overflow = this.#view.getUint32(12, true);
  }

  /** The id in the page's own header. Above 2^53 it is inexact, and no page's. */
  get ownId(): number {
    return this.#view.getUint32(0, true) + this.#view.getUint32(4, true) * 2 ** 32;
  }

  /** Where the table of elements ends and keys may begin. */
  get tableEnd(): number {
    return PAGE_HEADER_SIZE + this.count * ELEMENT_SIZE;
  }

  /** Where the last element ends, going by the table alone: elements lie in order. */
  get claimedEnd(): number {
    if (this.count === 0) return PAGE_HEADER_SIZE;
    const last = this.tableEnd - ELEMENT_SIZE;
    const view = this.#view;
    if (this.isBranch) return last + view.getUint32(last, true) + view.getUint32(last + 4, true);
    return last + view.getUint32(last + 4, true) + view.getUint32(last + 8, true) + view.getUint32(last + 12, true);
  }

  /**
   * Reads the table of elements; each must lie behind the table, after the one before it and before `size`.
   * @throws BboltError `corrupt`
   */
  decode(size: number): void {
    if (!this.isLeaf && !this.isBranch) {
      throw corruptPage(this.id, `invalid type: ${pageTypeName(this.flags)}`);
    }
    if (this.isBranch && this.count === 0) throw corruptPage(this.id, 'a branch page without elements');
    if (this.tableEnd > size) throw corruptPage(this.id, `${this.count} elements overrun its ${size} bytes`);
    if (this.#spans.length < this.count * STRIDE) this.#spans = new Uint32Array(this.count * STRIDE * 2);
    this.hasBuckets = false;
    let free = this.tableEnd;
    for (let i = 0; i < this.count; i++) {
      const end = this.isLeaf ? this.#decodeLeaf(i) : this.#decodeBranch(i);
      if (this.keyStart(i) < free || end > size) throw corruptPage(this.id, `element ${i} overruns its bounds`);
      free = end;
    }
  }

  #decodeLeaf(index: number): number {
    const at = PAGE_HEADER_SIZE + index * ELEMENT_SIZE;
    const view = this.#view;
    const keyStart = at + view.getUint32(at + 4, true);
    const valueStart = keyStart + view.getUint32(at + 8, true);
    const end = valueStart + view.getUint32(at + 12, true);
    const flags = view.getUint32(at, true);
    if ((flags & BUCKET_ELEMENT_FLAG) !== 0) this.hasBuckets = true;
    this.#setSpan(index, flags, keyStart, valueStart, end);
    return end;
  }

  #decodeBranch(index: number): number {
    const at = PAGE_HEADER_SIZE + index * ELEMENT_SIZE;
    const keyStart = at + this.#view.getUint32(at, true);
    const end = keyStart + this.#view.getUint32(at + 4, true);
    this.#setSpan(index, 0, keyStart, end, end);
    return end;
  }

  #setSpan(index: number, flags: number, keyStart: number, valueStart: number, valueEnd: number): void {
    const spans = this.#spans;
    const at = index * STRIDE;
    spans[at] = flags;
    spans[at + 1] = keyStart;
    spans[at + 2] = valueStart;
    spans[at + 3] = valueEnd;
  }

  keyStart(index: number): number {
    return this.#spans[index * STRIDE + 1] ?? 0;
  }

  /** Where the key ends and, on a leaf, the value starts. */
  keyEnd(index: number): number {
    return this.#spans[index * STRIDE + 2] ?? 0;
  }

  valueEnd(index: number): number {
    return this.#spans[index * STRIDE + 3] ?? 0;
  }

  /** Whether a leaf's element holds a bucket. */
  isBucket(index: number): boolean {
    return ((this.#spans[index * STRIDE] ?? 0) & BUCKET_ELEMENT_FLAG) !== 0;
  }

  /** A view, good until the next load. */
  key(index: number): Buffer {
    return this.bytes.subarray(this.keyStart(index), this.keyEnd(index));
  }

  /** A view, good until the next load. */
  value(index: number): Buffer {
    return this.bytes.subarray(this.keyEnd(index), this.valueEnd(index));
  }

  /** The page a branch's element leads to. Above 2^53 it is inexact, and far out of any bounds. */
  child(index: number): number {
    const at = PAGE_HEADER_SIZE + index * ELEMENT_SIZE;
    return this.#view.getUint32(at + 8, true) + this.#view.getUint32(at + 12, true) * 2 ** 32;
  }
}
