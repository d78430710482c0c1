import { compareBytes } from '../base/index.ts';

/** As on the wire: without a `range_end` a single key; with the single byte 0 as `range_end` every key from `key` on. */
export interface WireRange {
  readonly key: Uint8Array;
  readonly range_end: Uint8Array;
}

/** From `begin` up to, but without, `end`; without an end to the last key. */
interface Interval {
  readonly begin: Uint8Array;
  readonly end: Uint8Array | undefined;
}

/** A set of keys, made of ranges. Ranges that overlap or touch count as one. */
export class KeyRanges {
  /** Apart from one another, in ascending order. */
  readonly #intervals: readonly Interval[];

  constructor(ranges: readonly WireRange[]) {
    this.#intervals = merged(ranges.map(intervalOf).filter(isNotEmpty));
  }

  /**
   * Whether all of the range is in the set. A range that ends before it begins holds no key at all and counts as its
   * first key. (What etcd makes of such a range depends on the shape of its tree; of all others it makes the same.)
   */
  covers(key: Uint8Array, rangeEnd: Uint8Array): boolean {
    const interval = this.#lastFrom(key);
    if (interval === undefined || !endsAfter(interval, key)) return false;
    if (rangeEnd.length === 0) return true;
    const { end } = intervalOf({ key, range_end: rangeEnd });
    return interval.end === undefined || (end !== undefined && compareBytes(end, interval.end) <= 0);
  }

  /** The last interval that begins at the key or before it. */
  #lastFrom(key: Uint8Array): Interval | undefined {
    let low = 0;
    let high = this.#intervals.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const interval = this.#intervals[middle];
      if (interval !== undefined && compareBytes(interval.begin, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return this.#intervals[low - 1];
  }
}

function intervalOf({ key, range_end: rangeEnd }: WireRange): Interval {
  if (rangeEnd.length === 0) return { begin: key, end: followerOf(key) };
  if (rangeEnd.length === 1 && rangeEnd[0] === 0) return { begin: key, end: undefined };
  return { begin: key, end: rangeEnd };
}

/** The first key after a key. */
function followerOf(key: Uint8Array): Uint8Array {
  const follower = new Uint8Array(key.length + 1);
  follower.set(key);
  return follower;
}

const endsAfter = ({ end }: Interval, key: Uint8Array): boolean => end === undefined || compareBytes(key, end) < 0;

/** An empty key is none: an old database may hold a permission on it, which permits nothing. */
const isNotEmpty = (interval: Interval): boolean => interval.begin.length > 0 && endsAfter(interval, interval.begin);

function merged(intervals: Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const interval of intervals.toSorted((a, b) => compareBytes(a.begin, b.begin))) {
    const last = result.at(-1);
    if (last === undefined || (last.end !== undefined && compareBytes(last.end, interval.begin) < 0)) {
      result.push(interval);
    } else {
      result[result.length - 1] = { begin: last.begin, end: laterEnd(last.end, interval.end) };
    }
  }
  return result;
}

function laterEnd(a: Uint8Array | undefined, b: Uint8Array | undefined): Uint8Array | undefined {
  if (a === undefined || b === undefined) return undefined;
  return compareBytes(a, b) < 0 ? b : a;
}
