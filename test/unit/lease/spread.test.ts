import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REVOKES_PER_SECOND, spreadExpiries } from '../../../src/lease/spread.ts';

/** The most expiries in any second. */
function densest(times: Float64Array): number {
  let most = 0;
  let from = 0;
  for (let to = 0; to < times.length; to++) {
    while ((times[from] ?? 0) <= (times[to] ?? 0) - 1000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

describe('spreadExpiries [inv 32]', () => {
  it('leaves alone what is far enough apart', () => {
    const times = Float64Array.of(0, 10, 20, 1000, 5000);
    spreadExpiries(times);
    expect([...times]).toEqual([0, 10, 20, 1000, 5000]);
  });

  it('pulls a pile apart to fewer per second than can be revoked', () => {
    const times = new Float64Array(10_000).fill(60_000);
    spreadExpiries(times);
    expect(times[0]).toBe(60_000);
    expect(densest(times)).toBeLessThanOrEqual((3 * REVOKES_PER_SECOND) / 4 + 1);
    // And no slower than it has to: ten thousand of them at 750 a second.
    expect(times[9999]).toBeCloseTo(60_000 + (9999 / 750) * 1000, 3);
  });

  it('makes nothing earlier, keeps the order and is never too dense', () => {
    const times = fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 3000, size: 'max' });
    fc.assert(
      fc.property(times, (given) => {
        const sorted = Float64Array.from(given).sort();
        const spread = sorted.slice();
        spreadExpiries(spread);
        for (const [i, atMs] of spread.entries()) {
          expect(atMs).toBeGreaterThanOrEqual(sorted[i] ?? 0);
          expect(atMs).toBeGreaterThanOrEqual(spread[i - 1] ?? 0);
        }
        expect(densest(spread)).toBeLessThanOrEqual((3 * REVOKES_PER_SECOND) / 4 + 1);
      }),
      { numRuns: 40 },
    );
  });
});
