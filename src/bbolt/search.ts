import type { Page } from './page.ts';

/** How many of the page's keys are at or before `key`, if they are in order. */
export function upperBound(page: Page, key: Uint8Array): number {
  let low = 0;
  let high = page.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKey(page, middle, key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the page's keys are before `key`: the index at which it is, or would be. */
export function lowerBound(page: Page, key: Uint8Array): number {
  let low = 0;
  let high = page.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKey(page, middle, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Byte order of an element's key and another key, without making a view of it. */
export function compareKey(page: Page, index: number, key: Uint8Array): number {
  const start = page.keyStart(index);
  const length = page.keyEnd(index) - start;
  return compareRanges(page.bytes, start, length, key, 0, key.length);
}

/** Byte order of two stretches of bytes; a prefix comes before what it begins. */
export function compareRanges(
  a: Uint8Array,
  aStart: number,
  aLength: number,
  b: Uint8Array,
  bStart: number,
  bLength: number,
): number {
  const shared = aLength < bLength ? aLength : bLength;
  for (let i = 0; i < shared; i++) {
    const difference = (a[aStart + i] ?? 0) - (b[bStart + i] ?? 0);
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}

/** Byte order of the keys of two elements, of one page or of two. */
export function compareKeys(a: Page, aIndex: number, b: Page, bIndex: number): number {
  const aStart = a.keyStart(aIndex);
  const bStart = b.keyStart(bIndex);
  return compareRanges(a.bytes, aStart, a.keyEnd(aIndex) - aStart, b.bytes, bStart, b.keyEnd(bIndex) - bStart);
}
