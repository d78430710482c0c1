import { type File, writeFully } from '../base/index.ts';

/** A multiple of the sector: while a batch is being written, no sector is left half full of a record. */
const PAGE_BYTES = 4096;
const BUFFER_BYTES = 32 * PAGE_BYTES;

/** Gathers appended bytes and writes them to the file in whole pages, but for the last on a flush. */
export class PageBuffer {
  readonly #file: File;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #length = 0;
  /** Where the buffer's first byte belongs in the file. */
  #start: number;

  constructor(file: File, offset: number) {
    this.#file = file;
    this.#start = offset;
  }

  /** Where the next byte belongs in the file. */
  get offset(): number {
    return this.#start + this.#length;
  }

  append(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      if (this.#length === BUFFER_BYTES) this.#write(this.#wholePages());
      const piece = bytes.subarray(done, done + BUFFER_BYTES - this.#length);
      this.#buffer.set(piece, this.#length);
      this.#length += piece.length;
      done += piece.length;
    }
  }

  flush(): void {
    if (this.#length > 0) this.#write(this.#length);
  }

  /** The bytes in the buffer that end where a page of the file ends. */
  #wholePages(): number {
    return this.#length - (this.offset % PAGE_BYTES);
  }

  #write(length: number): void {
    writeFully(this.#file, this.#buffer.subarray(0, length), this.#start);
    this.#buffer.copyWithin(0, length, this.#length);
    this.#start += length;
    this.#length -= length;
  }
}
