import { describe, expect, it } from 'vitest';
import { secondsSince, systemClock, VirtualClock } from '../../../src/base/index.ts';

describe('a virtual clock', () => {
  it('stands still until it is told to move', () => {
    const clock = new VirtualClock(1_000);
    expect([clock.nowMs(), clock.wallMs()]).toEqual([0, 1_000]);
    clock.advance(250);
    expect([clock.nowMs(), clock.wallMs()]).toEqual([250, 1_250]);
  });

  it('tells how many seconds something took', () => {
    const clock = new VirtualClock();
    clock.advance(40);
    const sinceMs = clock.nowMs();
    expect(secondsSince(clock, sinceMs)).toBe(0);
    clock.advance(1_250);
    expect(secondsSince(clock, sinceMs)).toBe(1.25);
  });

  it('fires timers in the order of their times, then of their making, each at its own time', () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    const note = (name: string) => (): void => void fired.push(`${name}@${clock.nowMs()}`);
    clock.after(20, note('b'));
    clock.after(10, note('a'));
    clock.after(20, note('c'));
    clock.after(31, note('late'));
    clock.advance(30);
    expect(fired).toEqual(['a@10', 'b@20', 'c@20']);
    clock.advance(1);
    expect(fired.at(-1)).toBe('late@31');
  });

  it('fires timers that are set while it moves, and none that were cancelled', () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    const again = (): void => {
      fired.push(clock.nowMs());
      clock.after(10, again);
    };
    clock.after(10, again);
    const cancel = clock.after(15, () => fired.push(-1));
    cancel();
    clock.advance(35);
    expect(fired).toEqual([10, 20, 30]);
  });
});

describe('the system clock', () => {
  it('calls back once, unless cancelled', async () => {
    const fired: string[] = [];
    const cancel = systemClock.after(0, () => fired.push('cancelled'));
    cancel();
    await new Promise<void>((resolve) => {
      const keepAlive = setInterval(() => {}, 1_000);
      systemClock.after(1, () => {
        fired.push('kept');
        clearInterval(keepAlive);
        resolve();
      });
    });
    expect(fired).toEqual(['kept']);
    expect(systemClock.wallMs()).toBeGreaterThan(1.6e12);
  });
});
