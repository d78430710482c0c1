/** Keys of a leaf at most. Small enough that moving them is cheap, large enough that there are few leaves. */
export const LEAF_KEYS = 128;
const FIRST_BYTES = 512;

/** Neighbouring keys behind one another in one array, each with the id of its latest record. */
export class Leaf {
  count = 0;
  /** Bytes at the beginning that the last comparison found to be the same. */
  matched = 0;
  #bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  /** Where each key ends in `#bytes`; it begins where the one before ends. */
  readonly #ends = new Uint32Array(LEAF_KEYS);
  readonly #ids = new Float64Array(LEAF_KEYS);

  id(at: number): number {
    return this.#ids[at] ?? 0;
  }

  setId(at: number, id: number): void {
    this.#ids[at] = id;
  }

  /**
   * Negative if the key comes before that at `at`, zero if it is that key. The first `skip` bytes are known to be the
   * same; `matched` then says how many are.
   */
  compare(key: Uint8Array, at: number, skip = 0): number {
    const bytes = this.#bytes;
    const start = this.#start(at);
    const length = (this.#ends[at] ?? 0) - start;
    const shared = key.length < length ? key.length : length;
    let i = skip;
    while (i < shared && key[i] === bytes[start + i]) i++;
    this.matched = i;
    return i < shared ? (key[i] ?? 0) - (bytes[start + i] ?? 0) : key.length - length;
  }

  /** The first place whose key is this one or comes after it; `count` if there is none. */
  search(key: Uint8Array): number {
    let low = 0;
    let high = this.count;
    // What the keys on both sides share with the key, those between them share too.
    let lowMatched = 0;
    let highMatched = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(key, middle, lowMatched < highMatched ? lowMatched : highMatched) > 0) {
        low = middle + 1;
        lowMatched = this.matched;
      } else {
        high = middle;
        highMatched = this.matched;
      }
    }
    return low;
  }

  insert(at: number, key: Uint8Array, id: number): void {
    const start = this.#start(at);
    const total = this.#start(this.count);
    this.#reserve(total + key.length);
    this.#bytes.copyWithin(start + key.length, start, total);
    this.#bytes.set(key, start);
    this.#ids.copyWithin(at + 1, at, this.count);
    this.#ids[at] = id;
    this.count++;
    for (let i = this.count - 1; i > at; i--) this.#ends[i] = (this.#ends[i - 1] ?? 0) + key.length;
    this.#ends[at] = start + key.length;
  }

  remove(at: number): void {
    const start = this.#start(at);
    const end = this.#ends[at] ?? 0;
    this.#bytes.copyWithin(start, end, this.#start(this.count));
    this.#ids.copyWithin(at, at + 1, this.count);
    this.count--;
    for (let i = at; i < this.count; i++) this.#ends[i] = (this.#ends[i + 1] ?? 0) - (end - start);
  }

  /** Moves the keys from a place on to a new leaf. */
  splitAt(at: number): Leaf {
    const right = new Leaf();
    const start = this.#start(at);
    const moved = this.#bytes.subarray(start, this.#start(this.count));
    right.#reserve(moved.length);
    right.#bytes.set(moved);
    right.#ids.set(this.#ids.subarray(at, this.count));
    for (let i = at; i < this.count; i++) right.#ends[i - at] = (this.#ends[i] ?? 0) - start;
    right.count = this.count - at;
    this.count = at;
    return right;
  }

  /** Takes in all keys of the leaf after it. */
  append(other: Leaf): void {
    const start = this.#start(this.count);
    const moved = other.#bytes.subarray(0, other.#start(other.count));
    this.#reserve(start + moved.length);
    this.#bytes.set(moved, start);
    this.#ids.set(other.#ids.subarray(0, other.count), this.count);
    for (let i = 0; i < other.count; i++) this.#ends[this.count + i] = start + (other.#ends[i] ?? 0);
    this.count += other.count;
  }

  #start(at: number): number {
    return at === 0 ? 0 : (this.#ends[at - 1] ?? 0);
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(size, this.#bytes.length + (this.#bytes.length >> 1)));
    bytes.set(this.#bytes.subarray(0, this.#start(this.count)));
    this.#bytes = bytes;
  }
}
