import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/index.ts';
import { Turns } from '../../../src/member/turns.ts';
import { settle } from './support.ts';

describe('turns', () => {
  it('are taken once for all who ask, and pause when they have gone on for long', async () => {
    const clock = new VirtualClock();
    let runs = 0;
    const turns = new Turns(clock, () => (runs += 1));
    turns.ask();
    turns.ask();
    await settle(1);
    expect(runs).toBe(1);
    clock.advance(10);
    turns.ask();
    await settle(1);
    expect(runs).toBe(1);
    clock.advance(0);
    expect(runs).toBe(2);
    turns.stop();
    turns.ask();
    await settle(1);
    expect(runs).toBe(2);
  });
});
