import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RaftInvariantError } from '../../../src/raft/errors.ts';
import { Inflights } from '../../../src/raft/tracker/index.ts';

const unlimited = Number.POSITIVE_INFINITY;

describe('the window of messages in flight', () => {
  it('closes at its number of messages', () => {
    const window = new Inflights({ maxMessages: 2, maxBytes: unlimited });
    window.add(5n, 100);
    expect(window.isFull()).toBe(false);
    window.add(7n, 100);
    expect(window.isFull()).toBe(true);
    expect(() => window.add(8n, 1)).toThrow(RaftInvariantError);
  });

  it('closes once its bytes are reached, by a message of any size', () => {
    const window = new Inflights({ maxMessages: 100, maxBytes: 10 });
    window.add(5n, 9);
    expect(window.isFull()).toBe(false);
    window.add(6n, 1000);
    expect(window.isFull()).toBe(true);
    window.freeUpTo(6n);
    expect(window).toMatchObject({ count: 0, bytes: 0 });
  });

  it('frees messages that end at or before an index, and no others', () => {
    const window = new Inflights({ maxMessages: 10, maxBytes: unlimited });
    for (const last of [10n, 20n, 30n]) {
      window.add(last, 1);
    }
    window.freeUpTo(9n);
    expect(window.count).toBe(3);
    window.freeUpTo(29n);
    expect(window.count).toBe(1);
    window.freeUpTo(30n);
    expect(window.count).toBe(0);
  });

  it('agrees with a list, whatever happens to it', () => {
    const operation = fc.oneof(
      fc.record({ add: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ free: fc.integer({ min: 0, max: 60 }) }),
      fc.constant({ reset: true }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const window = new Inflights({ maxMessages: 7, maxBytes: 120 });
        let model: { last: bigint; bytes: number }[] = [];
        let next = 1n;
        for (const op of operations) {
          if ('add' in op && !window.isFull()) {
            window.add(next, op.add);
            model.push({ last: next, bytes: op.add });
            next++;
          } else if ('free' in op) {
            window.freeUpTo(BigInt(op.free));
            model = model.filter(({ last }) => last > BigInt(op.free));
          } else if ('reset' in op) {
            window.reset();
            model = [];
          }
          const bytes = model.reduce((sum, message) => sum + message.bytes, 0);
          expect(window).toMatchObject({ count: model.length, bytes });
          expect(window.isFull()).toBe(model.length >= 7 || bytes >= 120);
        }
      }),
    );
  });

  it('is copied, not shared', () => {
    const window = new Inflights({ maxMessages: 3, maxBytes: unlimited });
    window.add(1n, 4);
    const copy = window.copy();
    window.add(2n, 4);
    expect(copy).toMatchObject({ count: 1, bytes: 4 });
  });
});
