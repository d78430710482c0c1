import { describe, expect, it } from 'vitest';
import { Pace } from '../../../../../src/cli/commands/check/pace.ts';

/** Takes all that is due. */
function drain(pace: Pace): number {
  let taken = 0;
  while (pace.take()) taken += 1;
  return taken;
}

describe('Pace', () => {
  it.each([
    [150, 1, 60_000],
    [8000, 1, 10_000],
    [8000, 7, 9996],
    [15_000, 3.7, 10_001],
    [0.5, 1000, 60_000],
  ])('lets %d puts a second fall due, asked every %d ms for %d ms', (perSecond, everyMs, forMs) => {
    const pace = new Pace(perSecond, 1000, 0);
    let taken = 0;
    for (let nowMs = everyMs; nowMs <= forMs; nowMs += everyMs) {
      pace.advance(nowMs, 10);
      taken += drain(pace);
    }
    expect(Math.abs(taken - (perSecond * forMs) / 1000)).toBeLessThanOrEqual(perSecond * (everyMs / 1000) + 1);
  });

  it('makes up for being asked late, as long as there are clients and places to wait', () => {
    const pace = new Pace(1000, 50, 0);
    pace.advance(70, 20);
    expect(drain(pace)).toBe(70);
  });

  it('loses what neither a client is free for nor a place to wait', () => {
    const pace = new Pace(1000, 50, 0);
    pace.advance(10_000, 0);
    expect(drain(pace)).toBe(50);
    pace.advance(10_001, 0);
    expect(drain(pace)).toBe(1);
  });

  it('has nothing due at first', () => {
    expect(new Pace(1000, 50, 5).take()).toBe(false);
  });
});
