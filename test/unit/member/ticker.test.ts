import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/index.ts';
import { Ticker } from '../../../src/member/ticker.ts';

let clock: VirtualClock;
let ticks: number[];
let onTick: () => void;
let ticker: Ticker;

beforeEach(() => {
  clock = new VirtualClock();
  ticks = [];
  onTick = () => undefined;
  ticker = new Ticker(clock, 100, () => {
    ticks.push(clock.nowMs());
    onTick();
  });
});

describe('a ticker', () => {
  it('calls at even intervals from its making', () => {
    clock.advance(30);
    ticker.start();
    clock.advance(320);
    expect(ticks).toEqual([100, 200, 300]);
    expect(ticker.sinceLastMs).toBe(50);
  });

  it.each([
    { takes: 40, next: 200 },
    { takes: 100, next: 200 },
    // What was missed is not made up for.
    { takes: 350, next: 450 },
  ])('waits the less for the next call where one takes $takes ms', ({ takes, next }) => {
    ticker.start();
    onTick = () => {
      onTick = () => undefined;
      clock.advance(takes);
    };
    clock.advance(100);
    clock.advance(next - clock.nowMs());
    expect(ticks).toEqual([100, next]);
  });

  it('is silent once it is stopped, also from within a call', () => {
    ticker.start();
    clock.advance(99);
    ticker.stop();
    clock.advance(1_000);
    expect(ticks).toEqual([]);

    const other = new Ticker(clock, 100, () => {
      ticks.push(clock.nowMs());
      other.stop();
    });
    other.start();
    clock.advance(1_000);
    expect(ticks).toHaveLength(1);
  });
});
