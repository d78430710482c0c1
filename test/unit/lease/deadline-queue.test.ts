import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadlineQueue } from '../../../src/lease/deadline-queue.ts';

type Step =
  | { readonly do: 'set'; readonly id: bigint; readonly atMs: number }
  | { readonly do: 'delete'; readonly id: bigint }
  | { readonly do: 'take'; readonly nowMs: number };

const id = fc.bigInt(0n, 40n);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('set' as const), id, atMs: fc.nat(100) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), id }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const), nowMs: fc.nat(100) }) },
);

describe('DeadlineQueue', () => {
  it('gives the ids in the order of their times, whatever was set, moved and deleted', () => {
    const queue = new DeadlineQueue();
    for (const [given, atMs] of [
      [1n, 30],
      [2n, 10],
      [3n, 20],
      [2n, 40],
      [4n, 5],
      [3n, 1],
    ] as const)
      queue.set(given, atMs);
    queue.delete(4n);
    const taken: bigint[] = [];
    for (let next = queue.due(100); next !== undefined; next = queue.due(100)) {
      taken.push(next);
      queue.delete(next);
    }
    expect(taken).toEqual([3n, 1n, 2n]);
    expect(queue.size).toBe(0);
  });

  it('holds back what is not due, and gives what is due just now', () => {
    const queue = new DeadlineQueue();
    queue.set(1n, 10);
    expect(queue.due(9.999)).toBeUndefined();
    expect(queue.due(10)).toBe(1n);
    expect(queue.due(10)).toBe(1n);
  });

  it('keeps one entry per id, however often it is moved', () => {
    const queue = new DeadlineQueue();
    for (let i = 0; i < 10_000; i++) queue.set(BigInt(i % 3), i);
    expect(queue.size).toBe(3);
  });

  it('does as a sorted list does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = new DeadlineQueue();
        const model = new Map<bigint, number>();
        for (const one of steps) {
          if (one.do === 'set') {
            queue.set(one.id, one.atMs);
            model.set(one.id, one.atMs);
          } else if (one.do === 'delete') {
            queue.delete(one.id);
            model.delete(one.id);
          } else {
            const earliest = Math.min(...model.values());
            const due = queue.due(one.nowMs);
            expect(due === undefined ? undefined : model.get(due)).toBe(earliest <= one.nowMs ? earliest : undefined);
          }
          expect(queue.size).toBe(model.size);
          for (const known of model.keys()) expect(queue.has(known)).toBe(true);
        }
        queue.clear();
        expect(queue.due(Number.POSITIVE_INFINITY)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});
