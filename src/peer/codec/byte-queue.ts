import { PeerError } from '../errors.ts';

/** Bytes that came in pieces of any size, taken out in pieces of another. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The bytes, or undefined if there are not so many yet. They may be shared with the chunk they came in. */
  take(count: number): Uint8Array | undefined {
    if (count > this.#length) return undefined;
    this.#length -= count;
    const [first] = this.#chunks;
    if (first !== undefined && first.length > count) {
      this.#chunks[0] = first.subarray(count);
      return first.subarray(0, count);
    }
    return this.#gather(count);
  }

  /** All that is left. */
  rest(): Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#length = 0;
    return chunks;
  }

  #gather(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    let filled = 0;
    let used = 0;
    for (const chunk of this.#chunks) {
      if (filled === count) break;
      const piece = chunk.subarray(0, count - filled);
      bytes.set(piece, filled);
      filled += piece.length;
      if (piece.length < chunk.length) {
        this.#chunks[used] = chunk.subarray(piece.length);
        break;
      }
      used += 1;
    }
    this.#chunks.splice(0, used);
    return bytes;
  }
}

/** A whole number of eight bytes, most significant first, that counts bytes or things to come. */
export function readCount(bytes: Uint8Array, limit: number): number {
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  if (value > BigInt(limit)) throw new PeerError('malformed', `a length of ${value} exceeds the limit of ${limit}`);
  return Number(value);
}
