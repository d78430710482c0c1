import { crc32c } from './crc32c.ts';
import { FOLD_DISTANCES, FOLD_HISTORY, FOLD_WORD, type FoldKernel, foldKernel } from './crc32c-kernel.ts';

/** Bytes gathered before they are folded: a multiple of the kernel's step that stays in the processor's nearest cache. */
const GATHERED = 16 * 1024;

/** The seed that makes the register of the checksum begin at zero, where zeros in front change nothing. */
const FROM_ZERO = 0xffff_ffff;

/**
 * CRC-32C of a long run of bytes that comes in pieces: as `crc32c` over each of them in turn, but at four times its
 * speed once there are more than a few of them.
 */
export class Crc32cStream {
  /** Room for the kernel's history, then the gathered bytes; the kernel's own once there was enough to fold. */
  #memory = new Uint8Array(FOLD_HISTORY + GATHERED);
  #end = FOLD_HISTORY;
  /** The checksum of all before the gathered bytes, unless they are in the history. */
  #seed: number;
  #kernel: FoldKernel | undefined;

  /** @param seed the checksum of what came before, as of `crc32c` */
  constructor(seed = 0) {
    this.#seed = seed;
  }

  /** Takes `bytes[start, end)`. */
  update(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    if (start < 0 || end > bytes.length || start > end) throw new RangeError(`crc32c: no range ${start}..${end}`);
    for (let at = start; at < end; ) {
      const length = Math.min(end - at, FOLD_HISTORY + GATHERED - this.#end);
      this.#memory.set(new Uint8Array(bytes.buffer, bytes.byteOffset + at, length), this.#end);
      this.#end += length;
      at += length;
      if (this.#end === FOLD_HISTORY + GATHERED) this.#fold();
    }
  }

  /** The checksum so far. Asking for it costs as much as some KiB. */
  get value(): number {
    const gathered = this.#memory.subarray(FOLD_HISTORY, this.#end);
    return crc32c(gathered, this.#kernel ? crc32c(this.#unfolded(), FROM_ZERO) : this.#seed);
  }

  #fold(): void {
    this.#end = FOLD_HISTORY;
    const kernel = (this.#kernel ??= this.#begin());
    if (!kernel) {
      this.#seed = crc32c(this.#memory.subarray(FOLD_HISTORY), this.#seed);
      return;
    }
    kernel.fold(GATHERED);
    this.#memory.copyWithin(0, GATHERED, GATHERED + FOLD_HISTORY);
  }

  /** Goes over to a kernel, if there are any. */
  #begin(): FoldKernel | undefined {
    const kernel = foldKernel();
    if (!kernel) return undefined;
    kernel.memory.set(this.#memory);
    this.#memory = kernel.memory;
    // What came before is a register that the first bytes are added to.
    const first = new DataView(kernel.memory.buffer, FOLD_HISTORY);
    first.setUint32(0, first.getUint32(0, true) ^ ~this.#seed, true);
    return kernel;
  }

  /** The history as if its words had not been added to each other: no more are to come that would make up for it. */
  #unfolded(): Uint8Array {
    const bytes = this.#memory.slice(0, FOLD_HISTORY);
    for (let at = FOLD_HISTORY - 1; at >= 0; at--) {
      for (const distance of FOLD_DISTANCES) {
        const from = at - distance * FOLD_WORD;
        if (from >= 0) bytes[at] = (bytes[at] ?? 0) ^ (bytes[from] ?? 0);
      }
    }
    return bytes;
  }
}
