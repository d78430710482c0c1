/** A set of page ids below a limit, a bit each: 64 KiB for a file of 2 GiB. */
export class PageSet {
  readonly limit: number;
  readonly #words: Uint32Array;
  #size = 0;

  constructor(limit: number) {
    this.limit = limit;
    this.#words = new Uint32Array(Math.ceil(limit / 32));
  }

  get size(): number {
    return this.#size;
  }

  has(id: number): boolean {
    return ((this.#words[Math.floor(id / 32)] ?? 0) & (1 << (id % 32))) !== 0;
  }

  /** Returns whether the id was new. Ids at or above the limit are not kept. */
  add(id: number): boolean {
    if (id >= this.limit || this.has(id)) return false;
    const word = Math.floor(id / 32);
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (id % 32));
    this.#size++;
    return true;
  }

  /** In ascending order. */
  *[Symbol.iterator](): Generator<number> {
    for (let id = 0; id < this.limit; id++) {
      if (id % 32 === 0 && this.#words[id / 32] === 0) id += 31;
      else if (this.has(id)) yield id;
    }
  }

  /** Every id below the limit that is not in the set, in ascending order. */
  *missing(): Generator<number> {
    for (let id = 0; id < this.limit; id++) {
      if (id % 32 === 0 && this.#words[id / 32] === 0xffff_ffff) id += 31;
      else if (!this.has(id)) yield id;
    }
  }
}
