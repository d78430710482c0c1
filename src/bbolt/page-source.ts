import { type File, readFully } from '../base/index.ts';
import { BboltError } from './errors.ts';

const CHUNK_SIZE = 64 * 1024;
const CHUNKS = 128;

/**
 * A file's bytes through a bounded cache: 8 MiB of chunks, each chunk at home in one slot only. Pages lie mostly in
 * the order in which a tree is walked, so that a chunk answers for many of them; the operating system's own cache
 * stands behind. Bytes are copied out, since a chunk is overwritten by whichever one comes to its slot next.
 */
export class PageSource {
  readonly #file: File;
  readonly #size: number;
  readonly #chunks: (Buffer | undefined)[] = [];
  readonly #chunkAt = new Float64Array(CHUNKS).fill(-1);

  /** @param size bytes of the file that may be read. */
  constructor(file: File, size: number) {
    this.#file = file;
    this.#size = size;
  }

  /**
   * Fills `into[offset, offset + length)` from `position`.
   * @throws BboltError `truncated` if the file ends before
   */
  read(position: number, into: Buffer, offset: number, length: number): void {
    if (position + length > this.#size) this.#fail(position + length);
    const inChunk = position % CHUNK_SIZE;
    if (inChunk + length > CHUNK_SIZE) {
      const got = readFully(this.#file, into.subarray(offset, offset + length), position);
      if (got < length) this.#fail(position + length);
      return;
    }
    const copied = this.#chunk(position - inChunk).copy(into, offset, inChunk, inChunk + length);
    if (copied < length) this.#fail(position + length);
  }

  #chunk(at: number): Buffer {
    const slot = (at / CHUNK_SIZE) % CHUNKS;
    const known = this.#chunks[slot];
    if (known && this.#chunkAt[slot] === at) return known;
    const chunk = known?.length === CHUNK_SIZE ? known : Buffer.allocUnsafeSlow(CHUNK_SIZE);
    this.#chunkAt[slot] = -1;
    const got = readFully(this.#file, chunk, at);
    this.#chunks[slot] = got === CHUNK_SIZE ? chunk : chunk.subarray(0, got);
    this.#chunkAt[slot] = at;
    return got === CHUNK_SIZE ? chunk : chunk.subarray(0, got);
  }

  #fail(needed: number): never {
    throw new BboltError('truncated', `truncated database: a page ends at byte ${needed}, beyond the end of the file`);
  }
}
