import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyIndex } from '../../../src/mvcc/keys/key-index.ts';
import { LEAF_KEYS } from '../../../src/mvcc/keys/leaf.ts';
import { bytes } from './harness.ts';

function scan(index: KeyIndex, start: string, end?: string): number[] {
  const ids: number[] = [];
  index.scan(bytes(start), end === undefined ? undefined : bytes(end), (id) => {
    ids.push(id);
    return true;
  });
  return ids;
}

/** Sets as the store does: looked up, then set. */
function set(index: KeyIndex, key: string, id: number): void {
  index.get(bytes(key));
  index.set(bytes(key), id);
}

/** 0..n-1, each once, jumping about. */
const jumbled = (n: number): number[] => Array.from({ length: n }, (_, i) => (i * 7919) % n);
const keyOf = (i: number): string => `k${String(i).padStart(6, '0')}`;

describe.each([
  ['in order', (n: number) => Array.from({ length: n }, (_, i) => i)],
  ['backwards', (n: number) => Array.from({ length: n }, (_, i) => n - 1 - i)],
  ['in any order', jumbled],
])('keys that come %s', (_, order) => {
  const count = 40 * LEAF_KEYS + 3;

  it('are found and listed in order', () => {
    const index = new KeyIndex();
    for (const i of order(count)) set(index, keyOf(i), i + 1);
    expect(index.size).toBe(count);
    expect(scan(index, '')).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    for (const i of [0, 1, 127, 128, 129, 2000, count - 1]) {
      expect(index.get(bytes(keyOf(i)))).toBe(i + 1);
      expect(index.get(bytes(`${keyOf(i)}x`))).toBe(0);
      expect(scan(index, keyOf(i), keyOf(i + 200))).toEqual(
        Array.from({ length: Math.min(200, count - i) }, (_, n) => i + n + 1),
      );
    }
    expect(index.get(bytes(''))).toBe(0);
    expect(index.get(bytes('z'))).toBe(0);
  });

  it('can go in any order, until none is left', () => {
    const index = new KeyIndex();
    for (const i of order(count)) set(index, keyOf(i), i + 1);
    const left = new Set(jumbled(count));
    for (const i of jumbled(count)) {
      index.delete(bytes(keyOf(i)));
      index.delete(bytes(keyOf(i)));
      left.delete(i);
      if (left.size % 500 === 0)
        expect(scan(index, '')).toEqual([...left].map((each) => each + 1).sort((a, b) => a - b));
    }
    expect(index.size).toBe(0);
    set(index, 'again', 7);
    expect(scan(index, '')).toEqual([7]);
  });
});

it('stops when told', () => {
  const index = new KeyIndex();
  for (let i = 0; i < 300; i++) set(index, keyOf(i), i + 1);
  let seen = 0;
  index.scan(bytes(keyOf(100)), undefined, () => ++seen < 50);
  expect(seen).toBe(50);
});

it('is a sorted map', () => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\xff'), maxLength: 4 });
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ set: key }) },
    { weight: 1, arbitrary: fc.record({ delete: key }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400, size: 'max' }), key, fc.option(key), (steps, start, end) => {
      const index = new KeyIndex();
      const map = new Map<string, number>();
      for (const [i, each] of steps.entries()) {
        if ('set' in each) {
          expect(index.get(bytes(each.set))).toBe(map.get(each.set) ?? 0);
          index.set(bytes(each.set), i + 1);
          map.set(each.set, i + 1);
        } else {
          index.delete(bytes(each.delete));
          map.delete(each.delete);
        }
      }
      const sorted = [...map].sort(([a], [b]) => (a < b ? -1 : 1));
      expect(index.size).toBe(map.size);
      expect(scan(index, start, end ?? undefined)).toEqual(
        sorted.filter(([k]) => k >= start && (end === null || k < end)).map(([, id]) => id),
      );
    }),
    { seed: 5, numRuns: 40 },
  );
});
