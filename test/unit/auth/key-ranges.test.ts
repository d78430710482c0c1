import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPermissionRange } from '../../../src/auth/key-permissions.ts';
import { KeyRanges } from '../../../src/auth/key-ranges.ts';
import { bytes } from './auth-world.ts';

type Range = readonly [key: string, end?: string];

const ranges = (given: readonly Range[]): KeyRanges =>
  new KeyRanges(given.map(([key, end = '']) => ({ key: bytes(key), range_end: bytes(end) })));

const CASES: readonly (readonly [what: string, granted: readonly Range[], asked: Range, covered: boolean])[] = [
  ['nothing', [], ['a'], false],
  ['a key', [['a']], ['a'], true],
  ['another key', [['a']], ['b'], false],
  ['the next key', [['a']], ['a\0'], false],
  ['a key as a range', [['a']], ['a', 'a\0'], true],
  ['the first key of a range', [['a', 'c']], ['a'], true],
  ['a key inside', [['a', 'c']], ['bzz'], true],
  ['the end of a range', [['a', 'c']], ['c'], false],
  ['a range', [['a', 'c']], ['a', 'c'], true],
  ['a part of it', [['a', 'c']], ['aa', 'bb'], true],
  ['a range that begins before', [['b', 'd']], ['a', 'c'], false],
  ['a range that ends behind', [['b', 'd']], ['c', 'e'], false],
  [
    'what two ranges that touch give',
    [
      ['a', 'b'],
      ['b', 'c'],
    ],
    ['a', 'c'],
    true,
  ],
  [
    'what two ranges that overlap give',
    [
      ['b', 'd'],
      ['a', 'c'],
    ],
    ['a', 'd'],
    true,
  ],
  [
    'over a gap',
    [
      ['a', 'b'],
      ['b\0', 'c'],
    ],
    ['a', 'c'],
    false,
  ],
  ['over a gap that a key fills', [['a', 'b'], ['b\0', 'c'], ['b']], ['a', 'c'], true],
  [
    'a range inside another',
    [
      ['a', 'z'],
      ['b', 'c'],
    ],
    ['a', 'y'],
    true,
  ],
  ['open ended', [['a', '\0']], ['b', '\0'], true],
  ['open ended from before', [['b', '\0']], ['a', '\0'], false],
  ['open ended where the grant ends', [['a', '\xff']], ['b', '\0'], false],
  ['closed where the grant does not end', [['a', '\0']], ['b', '\xff\xff'], true],
  ['everything', [['\0', '\0']], ['\0', '\0'], true],
  ['everything to one who has less', [['a', '\0']], ['\0', '\0'], false],
  ['a range that ends before it begins, as its first key', [['b']], ['b', 'a'], true],
  ['the same where that key is not granted', [['a']], ['b', 'a'], false],
  ['an empty range, as its key', [['a', 'c']], ['b', 'b'], true],
];

describe('KeyRanges [inv 38]', () => {
  it.each(CASES)('%s', (_what, granted, asked, covered) => {
    const [key, end = ''] = asked;
    expect(ranges(granted).covers(bytes(key), bytes(end))).toBe(covered);
  });

  it('makes nothing of a permission on an empty key or range, which an old database may hold', () => {
    const odd = ranges([['', 'b'], ['', '\0'], [''], ['c', 'b'], ['d', 'd']]);
    for (const key of ['\0', 'a', 'b', 'c', 'd', '\xff']) expect(odd.covers(bytes(key), bytes(''))).toBe(false);
  });

  // Ends are at most two bytes long, or followed by one zero: between two of them that differ lies a key of the universe.
  const LETTERS = ['\0', 'a', 'b', '\xff'];
  const universe = ['', ...LETTERS]
    .flatMap((one) => ['', ...LETTERS].flatMap((two) => ['', ...LETTERS].map((three) => one + two + three)))
    .filter((key) => key !== '');
  const letter = fc.constantFrom(...LETTERS);
  const key = fc.string({ unit: letter, minLength: 1, maxLength: 2 });
  const range: fc.Arbitrary<Range> = fc.oneof(
    fc.tuple(key),
    fc.tuple(key, fc.constant('\0')),
    fc.tuple(key, key).map(([a, b]): Range => (a < b ? [a, b] : [b, a])),
  );
  const isIn = (text: string, [from, end = '']: Range): boolean =>
    end === '' ? text === from : text >= from && (end === '\0' || text < end);

  it('covers a range just when each of its keys is in some range', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), range, (granted, asked) => {
        fc.pre(asked[1] === undefined || asked[1] === '\0' || asked[0] < asked[1]);
        const all = universe.filter((text) => isIn(text, asked));
        const naive = all.every((text) => granted.some((one) => isIn(text, one)));
        // What lies behind the last key of the universe is covered only by a range without an end.
        const reachesOut = asked[1] === '\0' && !granted.some(([, end]) => end === '\0');
        const [from, end = ''] = asked;
        expect(ranges(granted).covers(bytes(from), bytes(end))).toBe(naive && !reachesOut);
      }),
      { numRuns: 3000 },
    );
  });

  it('does not depend on the order of the grants', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), range, (granted, [from, end = '']) => {
        const there = ranges(granted).covers(bytes(from), bytes(end));
        expect(ranges(granted.toReversed()).covers(bytes(from), bytes(end))).toBe(there);
      }),
    );
  });
});

describe('isPermissionRange', () => {
  it.each([
    ['a', '', true],
    ['a', 'b', true],
    ['a', '\0', true],
    ['\0', '\0', true],
    ['b', 'a', false],
    ['a', 'a', false],
    ['', '', false],
    ['', 'a', false],
    ['', '\0', false],
  ])('%j to %j: %s', (key, end, valid) => {
    expect(isPermissionRange(bytes(key), bytes(end))).toBe(valid);
  });
});
