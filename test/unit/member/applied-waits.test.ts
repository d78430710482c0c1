import { describe, expect, it } from 'vitest';
import { AppliedWaits } from '../../../src/member/applied-waits.ts';

const outcomeOf = (wait: Promise<void>): Promise<string> =>
  wait.then(
    () => 'applied',
    (error: Error) => error.message,
  );

describe('waiting for the log to be applied', () => {
  it('ends when it is, at once if it is already', async () => {
    const waits = new AppliedWaits();
    const far = outcomeOf(waits.until(7n));
    const near = outcomeOf(waits.until(5n));
    waits.reached(5n);
    expect(await near).toBe('applied');
    expect(await outcomeOf(waits.until(4n))).toBe('applied');
    expect(waits.applied).toBe(5n);
    waits.reached(8n);
    expect(await far).toBe('applied');
  });

  it('ends when who waits gives up, without holding on to the signal', async () => {
    const waits = new AppliedWaits();
    const gone = new AbortController();
    const given = outcomeOf(waits.until(5n, gone.signal));
    const other = outcomeOf(waits.until(5n));
    gone.abort(new Error('gone'));
    expect(await given).toBe('gone');
    waits.reached(5n);
    expect(await other).toBe('applied');
    const listeners: string[] = [];
    const signal = {
      addEventListener: () => listeners.push('add'),
      removeEventListener: () => listeners.push('remove'),
    } as unknown as AbortSignal;
    const waiting = outcomeOf(waits.until(6n, signal));
    waits.reached(6n);
    expect([await waiting, listeners]).toEqual(['applied', ['add', 'remove']]);
  });

  it('ends when the member stops', async () => {
    const waits = new AppliedWaits();
    const waiting = outcomeOf(waits.until(5n));
    waits.close(new Error('stopped'));
    expect(await waiting).toBe('stopped');
    expect(await outcomeOf(waits.until(6n))).toBe('stopped');
  });
});
