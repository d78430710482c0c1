import { describe, expect, it } from 'vitest';
import { forEachParallel } from '../../../../src/cli/commands/parallel.ts';

async function* count(to: number, end: { closed: boolean } = { closed: false }): AsyncGenerator<number> {
  try {
    for (let n = 1; n <= to; n += 1) yield n;
  } finally {
    end.closed = true;
  }
}

async function* broken(): AsyncGenerator<number> {
  yield 1;
  throw new Error('no more pages');
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('forEachParallel', () => {
  it.each([
    [1, 10],
    [3, 10],
    [64, 200],
    [64, 5],
    [64, 0],
  ])('works on up to %i of %i items at once, on each of them once', async (limit, items) => {
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    await forEachParallel(count(items), limit, async (item) => {
      seen.push(item);
      most = Math.max(most, (running += 1));
      await turn();
      running -= 1;
    });
    expect(seen).toEqual(Array.from({ length: items }, (_, index) => index + 1));
    expect(most).toBe(Math.min(limit, items));
  });

  it('begins nothing after a failure, waits for what is under way, and closes the source', async () => {
    const end = { closed: false };
    const begun: number[] = [];
    let ended = 0;
    const all = forEachParallel(count(1000, end), 4, async (item) => {
      begun.push(item);
      await turn();
      ended += 1;
      if (item === 6) throw new Error('six');
    });
    await expect(all).rejects.toThrow('six');
    expect(begun.length).toBeLessThan(20);
    expect(ended).toBe(begun.length);
    expect(end.closed).toBe(true);
  });

  it('throws the failure of the source', async () => {
    await expect(forEachParallel(broken(), 3, turn)).rejects.toThrow('no more pages');
  });
});
