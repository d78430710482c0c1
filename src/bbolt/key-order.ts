import { hexOf } from '../base/index.ts';
import { stackText } from './errors.ts';
import type { Page } from './page.ts';
import type { Problems } from './problems.ts';
import { compareKeys } from './search.ts';

/** An element of a page, whose key bounds others. */
export interface KeyOf {
  readonly page: Page;
  readonly index: number;
}

/** Where the page of a tree is whose keys are checked, for messages. */
export interface KeyPlace {
  readonly page: number;
  readonly type: 'branch' | 'leaf';
  readonly stack: readonly number[];
}

/**
 * The rules that bbolt's checker has for a key: the first key of a page is not before the key that leads to the page
 * (`atLeast`), each key is after the one before it (`after`), and all are before the next key of the nearest ancestor
 * that has one (`before`). An absent bound is always kept.
 */
export interface KeyBounds {
  readonly atLeast: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
  readonly before: Uint8Array | undefined;
}

/** Reports each broken bound of a key in bbolt's words. */
export function reportKey(key: Uint8Array, index: number, bounds: KeyBounds, at: KeyPlace, problems: Problems): void {
  const { atLeast, after, before } = bounds;
  const what = `key[${index}]=(hex)${hexOf(key)} on ${at.type} page(${at.page}) needs to be`;
  const stack = stackText(at.stack);
  if (atLeast && Buffer.compare(atLeast, key) > 0) {
    problems.add(`the first ${what} >= the key in the ancestor (${hexOf(atLeast)}). Stack: ${stack}`);
  }
  const order = after ? Buffer.compare(after, key) : -1;
  if (after && order >= 0) {
    const found = order > 0 ? '<' : '=';
    problems.add(`${what} > (found ${found}) than previous element (hex)${hexOf(after)}. Stack: ${stack}`);
  }
  if (before && Buffer.compare(key, before) >= 0) {
    problems.add(`${what} < than key of the next element in ancestor (hex)${hexOf(before)}. Pages stack: ${stack}`);
  }
}

/** As `reportKey`, for all of a leaf's keys. */
export function reportLeaf(
  page: Page,
  atLeast: KeyOf | undefined,
  before: KeyOf | undefined,
  at: KeyPlace,
  problems: Problems,
): void {
  const upper = before && keyOf(before);
  for (let i = 0; i < page.count; i++) {
    const lower = i === 0 && atLeast ? keyOf(atLeast) : undefined;
    const after = i > 0 ? page.key(i - 1) : undefined;
    reportKey(page.key(i), i, { atLeast: lower, after, before: upper }, at, problems);
  }
}

/** Whether an element's key is not before another's; the quick way, without views of the keys. */
export function isAtLeast(page: Page, index: number, bound: KeyOf | undefined): boolean {
  return !bound || compareKeys(page, index, bound.page, bound.index) >= 0;
}

/** Whether an element's key is before another's. */
export function isBefore(page: Page, index: number, bound: KeyOf | undefined): boolean {
  return !bound || compareKeys(page, index, bound.page, bound.index) < 0;
}

/** Whether all keys of a leaf keep to the rules. */
export function leafKeepsOrder(page: Page, atLeast: KeyOf | undefined, before: KeyOf | undefined): boolean {
  if (page.count === 0) return true;
  if (!isAtLeast(page, 0, atLeast) || !isBefore(page, page.count - 1, before)) return false;
  for (let i = 1; i < page.count; i++) {
    if (compareKeys(page, i - 1, page, i) >= 0) return false;
  }
  return true;
}

export function keyOf(element: KeyOf): Uint8Array {
  return element.page.key(element.index);
}
