const CHUNK_BYTES = 64 * 1024;

/** The content of a file in memory: only where something was written there are bytes, all else is zeros. */
export class SparseBytes {
  size = 0;
  readonly #chunks = new Map<number, Uint8Array>();

  /** Fills `into` from `position`; returns how many bytes there were. */
  read(into: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(into.length, this.size - position));
    for (let done = 0; done < length; ) {
      const { index, offset, count } = piece(position + done, length - done);
      const chunk = this.#chunks.get(index);
      if (chunk === undefined) into.fill(0, done, done + count);
      else into.set(chunk.subarray(offset, offset + count), done);
      done += count;
    }
    return length;
  }

  write(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length; ) {
      const { index, offset, count } = piece(position + done, bytes.length - done);
      let chunk = this.#chunks.get(index);
      if (chunk === undefined) {
        chunk = new Uint8Array(CHUNK_BYTES);
        this.#chunks.set(index, chunk);
      }
      chunk.set(bytes.subarray(done, done + count), offset);
      done += count;
    }
    if (bytes.length > 0) this.size = Math.max(this.size, position + bytes.length);
  }

  resize(size: number): void {
    if (size < this.size) {
      for (const index of this.#chunks.keys()) if (index * CHUNK_BYTES >= size) this.#chunks.delete(index);
      this.#chunks.get(Math.floor(size / CHUNK_BYTES))?.fill(0, size % CHUNK_BYTES);
    }
    this.size = size;
  }
}

/** The part of what begins at `position` that lies in one chunk. */
function piece(position: number, length: number): { index: number; offset: number; count: number } {
  const offset = position % CHUNK_BYTES;
  return { index: (position - offset) / CHUNK_BYTES, offset, count: Math.min(length, CHUNK_BYTES - offset) };
}
