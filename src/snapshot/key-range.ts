import { compareBytes, prefixEnd } from '../base/index.ts';

/** Keys from `start` on, before `end`; to the last one if there is no end. */
export interface KeyRange {
  readonly start: Uint8Array;
  readonly end: Uint8Array | undefined;
}

export function wholeRange(): KeyRange {
  return { start: new Uint8Array(0), end: undefined };
}

export function singleKey(key: Uint8Array): KeyRange {
  return { start: key, end: Buffer.concat([key, Uint8Array.of(0)]) };
}

export function prefixRange(prefix: Uint8Array): KeyRange {
  const end = prefixEnd(prefix);
  // A single zero byte is etcd's way to say that nothing comes after.
  return { start: prefix, end: end.length === 1 && end[0] === 0 ? undefined : end };
}

export function isInRange(key: Uint8Array, { start, end }: KeyRange): boolean {
  return compareBytes(key, start) >= 0 && (end === undefined || compareBytes(key, end) < 0);
}
