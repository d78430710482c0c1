import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestFlag, suggest } from '../../../../src/cli/flags/index.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['get', 'GET', 0],
    ['gett', 'get', 1],
    ['lesae', 'lease', 2],
    ['kitten', 'sitting', 3],
    ['\u00e9', 'e', 2],
  ])('%j to %j is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });

  it('is a metric', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});

describe('suggest', () => {
  const names = ['get', 'put', 'del', 'lease', 'lock', 'compaction'];

  it.each([
    ['gett', ['get']],
    ['l', ['del', 'lease', 'lock']],
    ['COMP', ['compaction']],
    ['let', ['get', 'put', 'del']],
    ['bogus', []],
  ])('%s -> %j', (typed, expected) => {
    expect(suggest(typed, names)).toEqual(expected);
  });
});

describe('nearestFlag', () => {
  const names = ['prefix', 'print-value-only', 'keys-only', 'count-only', 'rev', 'limit', 'from-key', 'hex'];

  it.each([
    ['prefx', 'prefix'],
    ['Prefix', 'prefix'],
    ['keysonly', 'keys-only'],
    ['print_value_only', 'print-value-only'],
    ['count', 'count-only'],
    ['limits', 'limit'],
    ['pre', 'prefix'],
    ['rex', 'rev'],
    ['p', undefined],
    ['', undefined],
    ['bogus', undefined],
    ['reverse', undefined],
    ['ab', undefined],
  ])('%s -> %s', (typed, expected) => {
    expect(nearestFlag(typed, names)).toBe(expected);
  });
});
