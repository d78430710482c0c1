import { array, assert, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PageSet } from '../../../src/bbolt/index.ts';

describe('PageSet', () => {
  it('is a set of ids below its limit', () => {
    assert(
      property(nat({ max: 200 }), array(nat({ max: 250 })), (limit, ids) => {
        const set = new PageSet(limit);
        const model = new Set<number>();
        for (const id of ids) {
          expect(set.add(id)).toBe(id < limit && !model.has(id));
          if (id < limit) model.add(id);
        }
        expect(set.size).toBe(model.size);
        expect([...set]).toEqual([...model].sort((a, b) => a - b));
        const absent = Array.from({ length: limit }, (_, id) => id).filter((id) => !model.has(id));
        expect([...set.missing()]).toEqual(absent);
        for (const id of ids) expect(set.has(id)).toBe(model.has(id));
      }),
    );
  });
});
