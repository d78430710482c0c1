/**
 * Whole lives of clusters: clients and watchers at work while members are cut off, paused and killed. What they were
 * told is judged by the laws in checks/. SIM_SEEDS names seeds to try (`7,8,9`), SIM_RUNS how many random ones; a
 * failure names the seed that brings it back.
 */
import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checks } from './checks/index.ts';
import { live, type Life, type LifeSpec } from './world/life.ts';
import type { Trouble } from './world/trouble.ts';

/** Others may have so much trouble that hardly anything happens. */
const LIVELY = [1, 2];
const seeds = process.env['SIM_SEEDS']?.split(',').map(Number) ?? [
  ...LIVELY,
  ...Array.from({ length: Number(process.env['SIM_RUNS'] ?? 1) }, () => randomInt(2 ** 31)),
];

const network: readonly Trouble[] = ['partition', 'isolate leader', 'loss', 'delay', 'move leader', 'nothing'];
const profiles: readonly (readonly [title: string, spec: Omit<LifeSpec, 'seed'>])[] = [
  ['one member', { members: 1, clients: 4, watchers: 3, lengthMs: 6000, troubles: ['pause', 'nothing'] }],
  ['a bad network', { members: 3, clients: 5, watchers: 4, lengthMs: 8000, troubles: network }],
  [
    'members that stand still',
    { members: 3, clients: 5, watchers: 4, lengthMs: 8000, troubles: ['pause', 'isolate leader'] },
  ],
  [
    'members that are killed',
    { members: 3, clients: 5, watchers: 4, lengthMs: 8000, troubles: ['kill', 'kill all', 'partition'] },
  ],
  ['members left behind', { members: 3, clients: 8, watchers: 10, lengthMs: 8000, troubles: ['partition'] }],
  [
    'watchers that wait for who was left behind',
    {
      members: 3,
      clients: 10,
      watchers: 12,
      areFaithful: true,
      lengthMs: 8000,
      troubles: ['partition', 'isolate leader'],
    },
  ],
  [
    'slow watchers',
    { members: 1, clients: 6, watchers: 6, watchQueue: 2, lengthMs: 6000, troubles: ['pause', 'nothing'] },
  ],
  [
    'all of that',
    { members: 5, clients: 6, watchers: 4, lengthMs: 8000, troubles: [...network, 'pause', 'kill', 'kill all'] },
  ],
];

describe.each(profiles)('life with %s', (_, profile) => {
  it.each(seeds)('obeys every law, seed %i', { timeout: 120_000 }, async (seed) => {
    const life = await live({ ...profile, seed });
    if (LIVELY.includes(seed)) expectAlive(life);
    for (const { title, find } of checks)
      expect(find(life), `${title}; seed ${seed}; ${life.troubles.join('; ')}`).toEqual([]);
  });
});

/** A life in which nothing happened would obey every law. */
function expectAlive({ operations, watches, chronicle, staleReads }: Life): void {
  expect(operations.filter(({ returned }) => returned !== undefined).length).toBeGreaterThan(50);
  expect(chronicle.length).toBeGreaterThan(30);
  expect(watches.flatMap(({ responses }) => responses).length).toBeGreaterThan(20);
  expect(staleReads.length).toBeGreaterThan(3);
}

it('is the same with the same seed', async () => {
  const spec: LifeSpec = { seed: 42, members: 3, clients: 3, watchers: 2, lengthMs: 4000, troubles: network };
  const [one, two] = [await live(spec), await live(spec)];
  expect(two).toEqual(one);
}, 60_000);
