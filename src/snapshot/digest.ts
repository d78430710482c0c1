import { createHash } from 'node:crypto';

/** A snapshot that was taken from a member ends in the SHA-256 of all before. */
export const DIGEST_BYTES = 32;

/** A database is made of pages, so that a size beyond whole sectors by just that much tells that there is one. */
const SECTOR_BYTES = 512;

export const hasDigest = (size: number): boolean => size % SECTOR_BYTES === DIGEST_BYTES;

/**
 * Takes a snapshot's bytes as they come and compares the digest at their end
 * with that of the others. Which bytes are the last is known only when no more
 * come, so that it stays a digest's length behind.
 */
export class TrailingDigest {
  readonly #hash = createHash('sha256');
  #held: Uint8Array = new Uint8Array(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  update(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (chunk.length < DIGEST_BYTES) {
      const all = Buffer.concat([this.#held, chunk]);
      const settled = Math.max(0, all.length - DIGEST_BYTES);
      this.#hash.update(all.subarray(0, settled));
      this.#held = all.subarray(settled);
    } else {
      this.#hash.update(this.#held);
      this.#hash.update(chunk.subarray(0, -DIGEST_BYTES));
      this.#held = Uint8Array.from(chunk.subarray(-DIGEST_BYTES));
    }
  }

  /** What the last bytes say the digest of the others is, and what it is. Call it once. */
  finish(): { expected: Uint8Array; actual: Uint8Array } {
    return { expected: this.#held, actual: this.#hash.digest() };
  }
}
