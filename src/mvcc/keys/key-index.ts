import { LEAF_KEYS, Leaf } from './leaf.ts';

/** Leaves with no more keys than this together become one. */
const MERGED_KEYS = LEAF_KEYS / 2;

/** All keys in order, each with the id of its latest record: a B+ tree of two levels, the upper one a plain array. */
export class KeyIndex {
  /** In order; none is empty, unless there is but one. */
  #leaves: Leaf[] = [new Leaf()];
  #size = 0;
  /** Leaf and place that were searched last. */
  #at = 0;
  #place = 0;

  get size(): number {
    return this.#size;
  }

  /** The id of the key's latest record; 0 if the key is not here. */
  get(key: Uint8Array): number {
    this.#at = this.#leafOf(key);
    const leaf = this.#leaf(this.#at);
    this.#place = leaf.search(key);
    return this.#isAt(leaf, key) ? leaf.id(this.#place) : 0;
  }

  /** Sets the id of the key that `get` was called with last, with no change since. */
  set(key: Uint8Array, id: number): void {
    const leaf = this.#leaf(this.#at);
    if (this.#isAt(leaf, key)) {
      leaf.setId(this.#place, id);
      return;
    }
    this.#size++;
    if (leaf.count < LEAF_KEYS) leaf.insert(this.#place, key, id);
    else this.#split(this.#at, leaf, this.#place, key, id);
  }

  delete(key: Uint8Array): void {
    if (this.get(key) === 0) return;
    const index = this.#at;
    const leaf = this.#leaf(index);
    leaf.remove(this.#place);
    this.#size--;
    const [left, right] = [this.#leaves[index - 1], this.#leaves[index + 1]];
    if (left && left.count + leaf.count <= MERGED_KEYS) this.#merge(index - 1, left, leaf);
    else if (right && right.count + leaf.count <= MERGED_KEYS) this.#merge(index, leaf, right);
    else if (leaf.count === 0 && this.#leaves.length > 1) this.#leaves.splice(index, 1);
  }

  /**
   * Calls back with the latest record of each key from `start` on, before `end`; without `end`, to the last key. Stops
   * when told false. The index must not change meanwhile.
   */
  scan(start: Uint8Array, end: Uint8Array | undefined, visit: (id: number) => boolean): void {
    let index = this.#leafOf(start);
    let at = this.#leaf(index).search(start);
    for (; index < this.#leaves.length; index++, at = 0) {
      const leaf = this.#leaf(index);
      // Mostly a whole leaf lies before the end, which one comparison tells.
      const isInside = end === undefined || leaf.count === 0 || leaf.compare(end, leaf.count - 1) > 0;
      const until = isInside ? leaf.count : leaf.search(end);
      for (; at < until; at++) if (!visit(leaf.id(at))) return;
      if (!isInside) return;
    }
  }

  #leaf(index: number): Leaf {
    const leaf = this.#leaves[index];
    if (leaf === undefined) throw new RangeError(`mvcc: no leaf ${index}`);
    return leaf;
  }

  #isAt(leaf: Leaf, key: Uint8Array): boolean {
    return this.#place < leaf.count && leaf.compare(key, this.#place) === 0;
  }

  /** The last leaf that does not begin after the key. */
  #leafOf(key: Uint8Array): number {
    let low = 1;
    let high = this.#leaves.length;
    let lowMatched = 0;
    let highMatched = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const leaf = this.#leaf(middle);
      if (leaf.compare(key, 0, lowMatched < highMatched ? lowMatched : highMatched) >= 0) {
        low = middle + 1;
        lowMatched = leaf.matched;
      } else {
        high = middle;
        highMatched = leaf.matched;
      }
    }
    return low - 1;
  }

  #split(index: number, leaf: Leaf, at: number, key: Uint8Array, id: number): void {
    // Keys that come in order leave full leaves behind.
    const isLast = index === this.#leaves.length - 1 && at === leaf.count;
    const right = leaf.splitAt(isLast ? leaf.count : leaf.count >> 1);
    this.#leaves.splice(index + 1, 0, right);
    if (isLast || at > leaf.count) right.insert(at - leaf.count, key, id);
    else leaf.insert(at, key, id);
  }

  #merge(index: number, left: Leaf, right: Leaf): void {
    left.append(right);
    this.#leaves.splice(index + 1, 1);
  }
}
