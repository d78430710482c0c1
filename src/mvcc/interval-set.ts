import { compareBytes, concatBytes } from '../base/index.ts';

/** A stretch of keys: from `start` on, before `end`. */
interface Interval {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
}

const ZERO = Uint8Array.of(0);

/** Keys covered by any number of stretches, which may be added, and asked key by key. */
export class IntervalSet {
  /** Sorted, none touching another. */
  #merged: Interval[] = [];
  #added: Interval[] = [];

  /**
   * What a delete covers. A range that ends before it begins counts as its first key, and so does one to the last key,
   * whose end is a zero byte: etcd takes that byte at its word here.
   */
  addRange(key: Uint8Array, rangeEnd: Uint8Array): void {
    const isRange = compareBytes(key, rangeEnd) < 0;
    this.#added.push({ start: key, end: isRange ? rangeEnd : concatBytes([key, ZERO]) });
  }

  addAll(other: IntervalSet): void {
    this.#added = [...this.#added, ...other.#merged, ...other.#added];
  }

  has(key: Uint8Array): boolean {
    this.#merge();
    let low = 0;
    let high = this.#merged.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const interval = this.#merged[middle];
      if (interval !== undefined && compareBytes(interval.start, key) <= 0) low = middle + 1;
      else high = middle;
    }
    const candidate = this.#merged[low - 1];
    return candidate !== undefined && compareBytes(key, candidate.end) < 0;
  }

  /** Put off until asked, so that adding many costs one sort. */
  #merge(): void {
    if (this.#added.length === 0) return;
    const all = [...this.#merged, ...this.#added].sort((a, b) => compareBytes(a.start, b.start));
    this.#added = [];
    this.#merged = [];
    let last: Interval | undefined;
    for (const interval of all) {
      if (last === undefined || compareBytes(interval.start, last.end) > 0) {
        last = interval;
        this.#merged.push(interval);
      } else if (compareBytes(last.end, interval.end) < 0) {
        last = { start: last.start, end: interval.end };
        this.#merged[this.#merged.length - 1] = last;
      }
    }
  }
}
