import { type File, writeFully } from '../base/index.ts';

const BUFFER_SIZE = 1024 * 1024;

/** Takes new pages one after another and writes them to the end of a file in large pieces. */
export class PageSink {
  readonly pageSize: number;
  readonly #file: File;
  #buffer: Buffer = Buffer.alloc(BUFFER_SIZE);
  /** Bytes of the buffer in use. */
  #used = 0;
  /** Where in the file the buffer belongs. */
  #position: number;
  #nextId: number;

  /** @param firstId the page that the first page taken will be */
  constructor(file: File, pageSize: number, firstId: number) {
    this.#file = file;
    this.pageSize = pageSize;
    this.#nextId = firstId;
    this.#position = firstId * pageSize;
  }

  /** The page that comes next: the high-water mark. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Makes room for a run of pages of `size` bytes; `fill` writes its zeroed bytes. Returns the first page's id. */
  take(size: number, fill: (run: Buffer, id: number, overflow: number) => void): number {
    const pages = Math.ceil(size / this.pageSize);
    const length = pages * this.pageSize;
    if (this.#used + length > this.#buffer.length) this.flush();
    if (length > this.#buffer.length) this.#buffer = Buffer.alloc(length);
    const id = this.#nextId;
    fill(this.#buffer.subarray(this.#used, this.#used + length), id, pages - 1);
    this.#used += length;
    this.#nextId += pages;
    return id;
  }

  /** Hands all pages to the file; `fdatasync` is left to the caller. */
  flush(): void {
    if (this.#used === 0) return;
    writeFully(this.#file, this.#buffer.subarray(0, this.#used), this.#position);
    this.#position += this.#used;
    this.#used = 0;
    if (this.#buffer.length > BUFFER_SIZE) this.#buffer = Buffer.alloc(BUFFER_SIZE);
    else this.#buffer.fill(0);
  }
}
