/** The checker itself: histories that it must accept, and histories that it must reject. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLinearizable } from './history/linearizable.ts';
import { firstBadGroup, partition } from './history/register-model.ts';
import { del, get, type KvOperation, put, type Request, type Response, single, type Step } from './history/requests.ts';
import { EMPTY_STORE, play, type StoreState, storeModel } from './history/store-model.ts';

const stored = (value: string, mod: bigint, version = 1n, create = mod) => ({ value, create, mod, version });

/** `client calledAt-returnedAt`, what was asked, and the answer if there was one. */
function operation(times: string, step: Step, response?: Partial<Response>): KvOperation {
  const [client = '', calledAt = '', at = ''] = times.split(/[ -]/);
  const request = single(step);
  const asked = { client: Number(client), request, calledAt: Number(calledAt) };
  if (response === undefined) return asked;
  return {
    ...asked,
    returned: { at: Number(at), response: { revision: 1n, succeeded: true, results: [], ...response } },
  };
}

const wrote = (times: string, key: string, value: string, revision: bigint): KvOperation =>
  operation(times, put(key, value), { revision, results: [{ kind: 'put' }] });
const lost = (times: string, key: string, value: string): KvOperation => operation(times, put(key, value));
const deleted = (times: string, key: string, revision: bigint, count = 1n): KvOperation =>
  operation(times, del(key), { revision, results: [{ kind: 'delete', deleted: count }] });
const read = (times: string, key: string, revision: bigint, value?: ReturnType<typeof stored>): KvOperation =>
  operation(times, get(key), { revision, results: [{ kind: 'get', stored: value }] });

interface Sample {
  readonly title: string;
  readonly history: readonly KvOperation[];
  /** For the model that knows revisions, and for the one that knows values alone. */
  readonly accepts: { readonly store: boolean; readonly registers: boolean };
}

const good = { store: true, registers: true };
const bad = { store: false, registers: false };

const samples: readonly Sample[] = [
  { title: 'nothing', history: [], accepts: good },
  {
    title: 'a write and a later read',
    history: [wrote('1 0-1', 'k', 'a', 2n), read('2 2-3', 'k', 2n, stored('a', 2n))],
    accepts: good,
  },
  {
    title: 'a read that misses an earlier write',
    history: [wrote('1 0-1', 'k', 'a', 2n), read('2 2-3', 'k', 1n)],
    accepts: bad,
  },
  {
    title: 'a read beside a write, before it',
    history: [wrote('1 0-9', 'k', 'a', 2n), read('2 1-2', 'k', 1n)],
    accepts: good,
  },
  {
    title: 'a read beside a write, after it',
    history: [wrote('1 0-9', 'k', 'a', 2n), read('2 1-2', 'k', 2n, stored('a', 2n))],
    accepts: good,
  },
  {
    title: 'a value that comes, goes and comes back',
    history: [wrote('1 0-9', 'k', 'a', 2n), read('2 1-2', 'k', 2n, stored('a', 2n)), read('2 3-4', 'k', 1n)],
    accepts: bad,
  },
  {
    title: 'two readers that disagree on the order of two writes',
    history: [
      wrote('1 0-9', 'k', 'a', 2n),
      wrote('2 0-9', 'k', 'b', 3n),
      read('3 1-2', 'k', 2n, stored('a', 2n)),
      read('3 3-4', 'k', 3n, stored('b', 3n, 2n, 2n)),
      read('4 5-6', 'k', 2n, stored('a', 2n)),
    ],
    accepts: bad,
  },
  {
    title: 'a lost write that shows late',
    history: [lost('1 0', 'k', 'a'), read('2 1-2', 'k', 1n), read('2 3-4', 'k', 2n, stored('a', 2n))],
    accepts: good,
  },
  {
    title: 'a lost write that never shows',
    history: [lost('1 0', 'k', 'a'), read('2 1-2', 'k', 1n), read('2 3-4', 'k', 1n)],
    accepts: good,
  },
  {
    title: 'a lost write that shows and is gone again',
    history: [lost('1 0', 'k', 'a'), read('2 1-2', 'k', 2n, stored('a', 2n)), read('2 3-4', 'k', 1n)],
    accepts: bad,
  },
  {
    title: 'a write that happened twice, as the revisions show',
    history: [wrote('1 0-1', 'k', 'a', 2n), read('2 2-3', 'k', 3n, stored('a', 3n, 2n, 2n))],
    accepts: { store: false, registers: true },
  },
  {
    title: 'two writes that share a revision',
    history: [wrote('1 0-1', 'k', 'a', 2n), wrote('2 2-3', 'l', 'b', 2n)],
    accepts: { store: false, registers: true },
  },
  {
    title: 'a delete that finds what was written',
    history: [wrote('1 0-1', 'k', 'a', 2n), deleted('1 2-3', 'k', 3n), read('1 4-5', 'k', 3n)],
    accepts: good,
  },
  {
    title: 'a delete that misses what was written',
    history: [wrote('1 0-1', 'k', 'a', 2n), deleted('1 2-3', 'k', 2n, 0n)],
    accepts: bad,
  },
  {
    title: 'a version that did not begin again after a delete',
    history: [
      wrote('1 0-1', 'k', 'a', 2n),
      deleted('1 2-3', 'k', 3n),
      wrote('1 4-5', 'k', 'b', 4n),
      read('1 6-7', 'k', 4n, stored('b', 4n, 2n, 2n)),
    ],
    accepts: { store: false, registers: true },
  },
];

describe('the checker of histories', () => {
  it.each(samples)('$title', ({ history, accepts }) => {
    expect(checkLinearizable(storeModel(), history).isLinearizable).toBe(accepts.store);
    expect(firstBadGroup(history) === undefined).toBe(accepts.registers);
  });

  it('looks at transactions as a whole', () => {
    const both: Request = { when: [], success: [put('a', '1'), put('b', '1')], failure: [] };
    const transfer: KvOperation = {
      client: 1,
      request: both,
      calledAt: 0,
      returned: { at: 9, response: { revision: 2n, succeeded: true, results: [{ kind: 'put' }, { kind: 'put' }] } },
    };
    const torn = [transfer, read('2 1-2', 'a', 2n, stored('1', 2n)), read('2 3-4', 'b', 2n)];
    expect(partition(torn)).toHaveLength(1);
    expect(firstBadGroup(torn)).toBeDefined();
    expect(checkLinearizable(storeModel(), torn).isLinearizable).toBe(false);
    const whole = [transfer, read('2 1-2', 'a', 2n, stored('1', 2n)), read('2 3-4', 'b', 2n, stored('1', 2n))];
    expect(firstBadGroup(whole)).toBeUndefined();
    expect(checkLinearizable(storeModel(), whole).isLinearizable).toBe(true);
  });

  it('names how far it got', () => {
    const history = samples.find(({ title }) => title === 'a read that misses an earlier write')!.history;
    expect(checkLinearizable(storeModel(), history).order).toEqual([history[0]]);
  });
});

/** Histories made by one that does one thing at a time, then told with overlapping times and lost answers. */
const steps = fc.oneof(
  fc.record({
    kind: fc.constant<'put'>('put'),
    key: fc.constantFrom('a', 'b'),
    value: fc.constantFrom('1', '2', '3'),
  }),
  fc.record({ kind: fc.constant<'get'>('get'), key: fc.constantFrom('a', 'b') }),
  fc.record({ kind: fc.constant<'delete'>('delete'), key: fc.constantFrom('a', 'b') }),
);
const lives = fc.array(
  fc.record({ step: steps, early: fc.nat(12), late: fc.nat(12), isLost: fc.boolean(), happens: fc.boolean() }),
  { maxLength: 40 },
);

describe('histories of a true store', () => {
  it('are accepted, however they overlap and whatever answers are lost', () => {
    fc.assert(
      fc.property(lives, (life) => {
        let state: StoreState = EMPTY_STORE;
        const history = life.map(({ step, early, late, isLost, happens }, index): KvOperation => {
          const request = single(step);
          const { state: after, response } = play(state, request);
          if (!isLost || happens) state = after;
          const at = index * 4;
          const asked = { client: index, request, calledAt: at - early };
          return isLost ? asked : { ...asked, returned: { at: at + late, response } };
        });
        expect(checkLinearizable(storeModel(), history).isLinearizable).toBe(true);
        expect(firstBadGroup(history)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('are rejected with one answer that nobody could have given', () => {
    fc.assert(
      fc.property(lives, fc.nat(), (life, which) => {
        let state: StoreState = EMPTY_STORE;
        const history = life.map(({ step }, index): KvOperation => {
          const { state: after, response } = play(state, single(step));
          state = after;
          return {
            client: index,
            request: single(step),
            calledAt: index * 2,
            returned: { at: index * 2 + 1, response },
          };
        });
        const victim = history[which % Math.max(1, history.length)];
        if (victim?.returned === undefined) return;
        const { at, response } = victim.returned;
        const forged = { ...victim, returned: { at, response: { ...response, revision: response.revision + 1n } } };
        const changed = history.map((each) => (each === victim ? forged : each));
        expect(checkLinearizable(storeModel(), changed).isLinearizable).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
