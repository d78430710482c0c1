import type { File } from '../base/index.ts';

const CHUNK_BYTES = 1024 * 1024;

/** A file that is not there: for an image of a database that is sent and then forgotten. */
export class MemoryFile implements File {
  readonly path = '(memory)';
  #chunks: Uint8Array[] = [];
  #size = 0;

  /** A file with these bytes, which may come in any number of pieces. */
  static of(pieces: Iterable<Uint8Array>): MemoryFile {
    const file = new MemoryFile();
    for (const piece of pieces) file.writeAt(piece, file.#size);
    return file;
  }

  size(): number {
    return this.#size;
  }

  readAt(into: Uint8Array, position: number): number {
    const end = Math.min(position + into.length, this.#size);
    let at = position;
    while (at < end) {
      const offset = at % CHUNK_BYTES;
      const length = Math.min(CHUNK_BYTES - offset, end - at);
      const chunk = this.#chunks[Math.floor(at / CHUNK_BYTES)];
      if (chunk) into.set(chunk.subarray(offset, offset + length), at - position);
      at += length;
    }
    return Math.max(0, end - position);
  }

  readAtAsync(into: Uint8Array, position: number): Promise<number> {
    return Promise.resolve(this.readAt(into, position));
  }

  writeAt(bytes: Uint8Array, position: number): number {
    this.#grow(position + bytes.length);
    let written = 0;
    while (written < bytes.length) {
      const at = position + written;
      const offset = at % CHUNK_BYTES;
      const part = bytes.subarray(written, written + CHUNK_BYTES - offset);
      this.#chunks[Math.floor(at / CHUNK_BYTES)]?.set(part, offset);
      written += part.length;
    }
    return bytes.length;
  }

  writeAtAsync(bytes: Uint8Array, position: number): Promise<number> {
    return Promise.resolve(this.writeAt(bytes, position));
  }

  truncate(size: number): void {
    if (size >= this.#size) return this.#grow(size);
    this.#chunks.length = Math.ceil(size / CHUNK_BYTES);
    this.#chunks.at(-1)?.fill(0, size % CHUNK_BYTES || CHUNK_BYTES);
    this.#size = size;
  }

  fsync(): void {}

  fdatasync(): void {}

  fdatasyncAsync(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}

  #grow(size: number): void {
    while (this.#chunks.length * CHUNK_BYTES < size) this.#chunks.push(new Uint8Array(CHUNK_BYTES));
    this.#size = Math.max(this.#size, size);
  }
}
