import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/index.ts';
import { WaitRegistry } from '../../../src/member/wait-registry.ts';

describe('those who wait', () => {
  it('are answered by id, or told when their time is up, with one timer for all', async () => {
    const clock = new VirtualClock();
    const waits = new WaitRegistry<number>(clock, 1000, (sinceMs) => new Error(`since ${sinceMs}`));
    const first = waits.wait(1n).catch((error: Error) => error.message);
    clock.advance(600);
    const second = waits.wait(2n).catch((error: Error) => error.message);
    const third = waits.wait(3n);
    expect(waits.resolve(3n, 33)).toBe(true);
    expect(waits.resolve(3n, 33)).toBe(false);
    clock.advance(500);
    expect(await Promise.all([first, third])).toEqual(['since 0', 33]);
    expect(waits.isWaited(2n)).toBe(true);
    clock.advance(500);
    expect(await second).toBe('since 600');
    expect(waits.size).toBe(0);
  });

  it('are told when no one will answer any more', async () => {
    const waits = new WaitRegistry<number>(new VirtualClock(), 1000, () => new Error('late'));
    const waiting = waits.wait(1n).catch((error: Error) => error.message);
    waits.close(new Error('closed'));
    expect(await waiting).toBe('closed');
    await expect(waits.wait(2n)).rejects.toThrow('closed');
  });
});
