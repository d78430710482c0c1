import { describe, expect, it } from 'vitest';
import { Faults } from '../../../../src/embed/network/index.ts';
import { seededRandom } from '../../../../src/embed/random.ts';

const faultsOf = (seed = 1): Faults => new Faults(seededRandom(seed));

describe('who hears whom', () => {
  const cases: [string, bigint[][], [bigint, bigint, boolean][]][] = [
    [
      'two groups',
      [[1n], [2n, 3n]],
      [
        [1n, 2n, true],
        [2n, 1n, true],
        [2n, 3n, false],
        [3n, 2n, false],
      ],
    ],
    [
      'a group that leaves someone out',
      [[1n, 2n]],
      [
        [1n, 2n, false],
        [1n, 3n, true],
        [3n, 1n, true],
        [3n, 4n, true],
      ],
    ],
    [
      'groups that overlap: a bridge',
      [
        [1n, 2n],
        [2n, 3n],
      ],
      [
        [1n, 2n, false],
        [2n, 3n, false],
        [1n, 3n, true],
      ],
    ],
    ['no group at all', [], [[1n, 2n, true]]],
  ];
  it.each(cases)('%s', (_, groups, expected) => {
    const faults = faultsOf();
    faults.partition(groups);
    expect(expected.map(([from, to]) => [from, to, faults.isCut(from, to)])).toEqual(expected);
  });

  it('is everybody everybody until then, and after healing', () => {
    const faults = faultsOf();
    expect(faults.isCut(1n, 2n)).toBe(false);
    faults.partition([[1n], [2n]]);
    faults.drop(0.5, {});
    faults.delay({ minMs: 5, maxMs: 5 }, {});
    faults.heal();
    expect([faults.isCut(1n, 2n), faults.delayMs(1n, 2n)]).toEqual([false, 0]);
    expect(Array.from({ length: 100 }, () => faults.isLost(1n, 2n)).includes(true)).toBe(false);
  });

  it('takes the loss of everything for a cut, on that route alone', () => {
    const faults = faultsOf();
    faults.drop(1, { from: 1n, to: 2n });
    expect([faults.isCut(1n, 2n), faults.isCut(2n, 1n), faults.isCut(1n, 3n)]).toEqual([true, false, false]);
  });
});

describe('loss', () => {
  const lostOf = (faults: Faults, from: bigint, to: bigint): number =>
    Array.from({ length: 2000 }, () => faults.isLost(from, to)).filter(Boolean).length;

  it('takes its share', () => {
    const faults = faultsOf();
    faults.drop(0.25, {});
    expect(lostOf(faults, 1n, 2n)).toBeGreaterThan(400);
    expect(lostOf(faults, 1n, 2n)).toBeLessThan(600);
  });

  it('is the same for the same seed, and another for another', () => {
    const drawn = (seed: number): string => {
      const faults = faultsOf(seed);
      faults.drop(0.5, {});
      return Array.from({ length: 64 }, () => (faults.isLost(1n, 2n) ? 'x' : '.')).join('');
    };
    expect(drawn(5)).toBe(drawn(5));
    expect(drawn(5)).not.toBe(drawn(6));
  });

  it('follows the last rule for a route', () => {
    const faults = faultsOf();
    faults.drop(1, { from: 1n });
    faults.drop(0, { from: 1n, to: 3n });
    expect([lostOf(faults, 1n, 2n), lostOf(faults, 1n, 3n)]).toEqual([2000, 0]);
    faults.drop(1, {});
    expect(lostOf(faults, 1n, 3n)).toBe(2000);
    faults.drop(0, {});
    expect(lostOf(faults, 1n, 2n)).toBe(0);
  });

  it.each([-0.1, 1.1, Number.NaN])('refuses a rate of %s', (rate) => {
    expect(() => faultsOf().drop(rate, {})).toThrow(/between 0 and 1/);
  });
});

describe('delay', () => {
  it('lies in the range', () => {
    const faults = faultsOf();
    faults.delay({ minMs: 10, maxMs: 30 }, { to: 2n });
    const drawn = Array.from({ length: 500 }, () => faults.delayMs(1n, 2n));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(30);
    expect(new Set(drawn).size).toBeGreaterThan(100);
    expect(faults.delayMs(2n, 1n)).toBe(0);
  });

  it.each([
    { minMs: -1, maxMs: 5 },
    { minMs: 5, maxMs: 4 },
    { minMs: 0, maxMs: Number.POSITIVE_INFINITY },
    { minMs: Number.NaN, maxMs: 5 },
  ])('refuses %o', (range) => {
    expect(() => faultsOf().delay(range, {})).toThrow(/a delay is from 0 up/);
  });
});
