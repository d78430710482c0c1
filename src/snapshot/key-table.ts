import { randomBytes } from 'node:crypto';

const FIRST_SLOTS = 1 << 16;
/** 12 bytes a slot: 48 MiB. */
const MOST_SLOTS = 1 << 22;
const MOST_FILLED = 0.7;

/**
 * A number for each of any number of keys, in bounded memory. A key is known by 64 bits of a hash that differs from
 * run to run; that two of a hundred million keys share them has a chance of 1 in 3,000. When the table is full it goes
 * on with only those keys whose hash begins with a zero bit, forgetting the others, and asks to be filled anew for
 * them; so `passes` goes through the keys more than once where they are very many.
 */
export class KeyTable {
  readonly #mostSlots: number;
  readonly #seed = randomBytes(8);
  #hashes = new Uint32Array(FIRST_SLOTS * 2);
  /** The number plus one; zero marks a slot that is free. */
  #values = new Uint32Array(FIRST_SLOTS);
  #filled = 0;
  /** Which keys are taken: those whose hash begins with these bits. */
  #prefixBits = 0;
  #prefix = 0;

  /** @param mostSlots a power of two, for tests */
  constructor(mostSlots = MOST_SLOTS) {
    this.#mostSlots = mostSlots;
  }

  /** Each turn is a pass over all keys; the table starts it empty, and takes part of the keys if it can not take all. */
  *passes(): Generator<void> {
    this.#prefixBits = 0;
    this.#prefix = 0;
    for (let more = true; more; more = this.#nextPrefix()) {
      this.#values.fill(0);
      this.#filled = 0;
      yield;
    }
  }

  /** Sets a key's number (at most 2^32 - 2), if the key belongs to this pass. */
  set(bytes: Uint8Array, start: number, end: number, value: number): void {
    this.#hash(bytes, start, end);
    if (!this.#belongs(this.#high)) return;
    const slot = this.#find(this.#high, this.#low);
    if (this.#values[slot] === 0) {
      this.#hashes[slot * 2] = this.#high;
      this.#hashes[slot * 2 + 1] = this.#low;
      this.#filled++;
    }
    this.#values[slot] = value + 1;
    if (this.#filled > this.#values.length * MOST_FILLED) this.#makeRoom();
  }

  /** The numbers of the keys of this pass, in no order. */
  *values(): Generator<number> {
    for (const value of this.#values) if (value !== 0) yield value - 1;
  }

  /** The next part of the keys, once those that begin with the current bits are done. */
  #nextPrefix(): boolean {
    this.#prefix++;
    while (this.#prefixBits > 0 && this.#prefix % 2 === 0) {
      this.#prefix /= 2;
      this.#prefixBits--;
    }
    return this.#prefixBits > 0;
  }

  #belongs(high: number): boolean {
    return this.#prefixBits === 0 || high >>> (32 - this.#prefixBits) === this.#prefix;
  }

  #find(high: number, low: number): number {
    const mask = this.#values.length - 1;
    let slot = low & mask;
    while (this.#values[slot] !== 0 && (this.#hashes[slot * 2] !== high || this.#hashes[slot * 2 + 1] !== low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #makeRoom(): void {
    let slots = this.#values.length;
    if (slots < this.#mostSlots) slots *= 2;
    else {
      this.#prefixBits++;
      this.#prefix *= 2;
    }
    const hashes = this.#hashes;
    const values = this.#values;
    this.#hashes = new Uint32Array(slots * 2);
    this.#values = new Uint32Array(slots);
    this.#filled = 0;
    for (let i = 0; i < values.length; i++) {
      const high = hashes[i * 2] ?? 0;
      const low = hashes[i * 2 + 1] ?? 0;
      if (values[i] === 0 || !this.#belongs(high)) continue;
      const slot = this.#find(high, low);
      this.#hashes[slot * 2] = high;
      this.#hashes[slot * 2 + 1] = low;
      this.#values[slot] = values[i] ?? 0;
      this.#filled++;
    }
  }

  #high = 0;
  #low = 0;

  /** Two different MurmurHash3 (32 bits each) side by side. */
  #hash(bytes: Uint8Array, start: number, end: number): void {
    let a = this.#seed.readUInt32LE(0) ^ (end - start);
    let b = this.#seed.readUInt32LE(4) ^ (end - start);
    let i = start;
    for (; i + 4 <= end; i += 4) {
      const word =
        (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24);
      a = mixA(a, word);
      b = mixB(b, word);
    }
    let tail = 0;
    for (; i < end; i++) tail = (tail << 8) | (bytes[i] ?? 0);
    this.#high = finish(mixA(a, tail));
    this.#low = finish(mixB(b, tail));
  }
}

function mixA(hash: number, word: number): number {
  const scrambled = Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotate(hash ^ scrambled, 13), 5) + 0xe6546b64) | 0;
}

function mixB(hash: number, word: number): number {
  const scrambled = Math.imul(rotate(Math.imul(word, 0x239b961b), 16), 0xab0e9789);
  return (Math.imul(rotate(hash ^ scrambled, 17), 5) + 0x561ccd1b) | 0;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
