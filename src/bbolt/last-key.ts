import { compareRanges } from './search.ts';

/** The last key seen, in memory of its own, for the next one to be compared with. */
export class LastKey {
  #bytes = Buffer.alloc(64);
  #length = -1;

  clear(): void {
    this.#length = -1;
  }

  /** Keeps a copy of `bytes[start, end)`. */
  set(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.#length = end - start;
    if (this.#length > this.#bytes.length) this.#bytes = Buffer.alloc(this.#length * 2);
    for (let i = 0; i < this.#length; i++) this.#bytes[i] = bytes[start + i] ?? 0;
  }

  get bytes(): Buffer | undefined {
    return this.#length < 0 ? undefined : this.#bytes.subarray(0, this.#length);
  }

  /** Whether it is before the key `bytes[start, end)`, or there is none. */
  isBefore(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    return this.#length < 0 || compareRanges(this.#bytes, 0, this.#length, bytes, start, end - start) < 0;
  }
}
