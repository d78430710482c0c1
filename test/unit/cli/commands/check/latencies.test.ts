import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviationMs, Latencies, merge, putsPerSecond } from '../../../../../src/cli/commands/check/latencies.ts';

function gather(times: readonly number[], elapsedMs = 1000) {
  const latencies = new Latencies();
  for (const ms of times) latencies.took(ms);
  return latencies.result(elapsedMs);
}

function plainDeviation(times: readonly number[]): number {
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  return Math.sqrt(times.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / times.length);
}

const part = (elapsedMs: number, errors: readonly (readonly [string, number])[]) => ({
  ...gather([1], elapsedMs),
  errors: new Map(errors),
});

const times = fc.array(fc.double({ min: 0, max: 10_000, noNaN: true }), { minLength: 1 });

describe('Latencies', () => {
  it('knows the number, the slowest, the rate and the deviation', () => {
    const result = gather([2, 4, 4, 4, 5, 5, 7, 9], 2000);
    expect(result).toMatchObject({ puts: 8, slowestMs: 9, elapsedMs: 2000 });
    expect(putsPerSecond(result)).toBe(4);
    expect(deviationMs(result)).toBeCloseTo(2, 9);
  });

  it('has no deviation, slowest or rate without puts', () => {
    const none = gather([], 0);
    expect([deviationMs(none), none.slowestMs, putsPerSecond(none)]).toEqual([0, 0, 0]);
  });

  it('counts each error by its text, apart from the puts', () => {
    const latencies = new Latencies();
    for (const text of ['a', 'b', 'a']) latencies.failed(text);
    expect(latencies.result(1)).toMatchObject({
      puts: 0,
      errors: new Map([
        ['a', 2],
        ['b', 1],
      ]),
    });
  });

  it('has the deviation of the plain formula', () => {
    fc.assert(
      fc.property(times, (all) => {
        expect(deviationMs(gather(all))).toBeCloseTo(plainDeviation(all), 3);
      }),
    );
  });
});

describe('merge', () => {
  it('is what one gatherer would have found', () => {
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 5 }), (parts) => {
        const merged = merge(parts.map((part) => gather(part)));
        const whole = gather(parts.flat());
        expect(merged).toMatchObject({ puts: whole.puts, slowestMs: whole.slowestMs });
        expect(deviationMs(merged)).toBeCloseTo(deviationMs(whole), 3);
      }),
    );
  });

  it('lasts as long as the longest part, and adds errors up', () => {
    const merged = merge([
      part(5, [['x', 1]]),
      part(9, [
        ['x', 2],
        ['y', 3],
      ]),
      part(7, []),
    ]);
    expect(merged).toMatchObject({
      puts: 3,
      elapsedMs: 9,
      errors: new Map([
        ['x', 3],
        ['y', 3],
      ]),
    });
    expect(merge([])).toMatchObject({ puts: 0, slowestMs: 0, elapsedMs: 0 });
  });
});
