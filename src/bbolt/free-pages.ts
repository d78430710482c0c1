/** Pages that hold nothing any state needs, for use by the next update. */
export class FreePages {
  /** In descending order, so that the lowest is taken from the end: a file is filled from its beginning. */
  #ids: number[];

  constructor(ids: Iterable<number> = []) {
    this.#ids = [...ids].sort((a, b) => b - a);
  }

  get size(): number {
    return this.#ids.length;
  }

  /** The first of so many pages in a row, which are then in use; undefined if there are not as many. */
  take(count: number): number | undefined {
    if (count === 1) return this.#ids.pop();
    let run = 1;
    for (let at = this.#ids.length - 2; at >= 0; at--) {
      run = this.#ids[at] === (this.#ids[at + 1] ?? 0) + 1 ? run + 1 : 1;
      if (run < count) continue;
      return this.#ids.splice(at, count).at(-1);
    }
    return undefined;
  }

  add(ids: readonly number[]): void {
    if (ids.length === 0) return;
    this.#ids = [...this.#ids, ...ids].sort((a, b) => b - a);
  }
}
