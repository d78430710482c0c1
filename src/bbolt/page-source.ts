import { type File, readFully } from '../base/index.ts';
import { BboltError } from './errors.ts';

const CHUNK_SIZE = 64 * 1024;
const CHUNKS = 128;
/** What is read at once where the file is gone through in order: a call for each chunk would take a third longer. */
const WINDOW_SIZE = 4 * CHUNK_SIZE;

/**
 * A file's bytes through a bounded cache: a window that moves on where chunk after chunk is asked for, and beside it
 * 8 MiB of single chunks, each at home in one slot only. Pages lie mostly in the order in which a tree is walked, so
 * that what was read answers for many of them; the operating system's own cache stands behind. Bytes are copied out,
 * since they are overwritten when others come to their place.
 */
export class PageSource {
  readonly #file: File;
  readonly #size: number;
  readonly #chunks: (Stretch | undefined)[] = [];
  #window: Stretch | undefined;
  /** The chunk after the one that was read last by itself. */
  #next = -1;

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
    const stretch = this.#stretchOf(position - inChunk);
    if (position + length > stretch.end) this.#fail(position + length);
    into.set(stretch.view(position, length), offset);
  }

  /** What holds the chunk at `at`, read now unless it was before. */
  #stretchOf(at: number): Stretch {
    const window = this.#window;
    if (window?.covers(at)) return window;
    const slot = (at / CHUNK_SIZE) % CHUNKS;
    const known = this.#chunks[slot];
    if (known?.covers(at)) return known;
    if (at === this.#next || (window && at === window.start + WINDOW_SIZE)) {
      return (this.#window ??= new Stretch(WINDOW_SIZE)).load(this.#file, at);
    }
    this.#next = at + CHUNK_SIZE;
    return (this.#chunks[slot] ??= new Stretch(CHUNK_SIZE)).load(this.#file, at);
  }

  #fail(needed: number): never {
    throw new BboltError('truncated', `truncated database: a page ends at byte ${needed}, beyond the end of the file`);
  }
}

/** Memory with a stretch of the file. */
class Stretch {
  readonly #room: Uint8Array<ArrayBuffer>;
  /** Where in the file it starts. */
  start = Number.NaN;
  /** Where in the file it ends, which may be before its room does. */
  end = Number.NaN;

  constructor(size: number) {
    this.#room = Buffer.allocUnsafeSlow(size);
  }

  load(file: File, start: number): this {
    this.start = Number.NaN; // it covers nothing, should reading fail
    this.end = start + readFully(file, this.#room, start);
    this.start = start;
    return this;
  }

  covers(position: number): boolean {
    return position >= this.start && position < this.start + this.#room.length;
  }

  view(position: number, length: number): Uint8Array {
    return new Uint8Array(this.#room.buffer, position - this.start, length);
  }
}
