/**
 * Processes that are killed under load lose nothing of what they have
 * acknowledged, agree on all of it, and their watchers miss nothing.
 * CRASH_ROUNDS says how often (a few by default), CRASH_SEED which lives.
 */
import { median } from '../bench/measure.ts';
import { describe, expect, it } from 'vitest';
import { crashRounds, type Figures } from './rounds.ts';

const DEFAULT_ROUNDS = 3;
const rounds = Number(process.env.CRASH_ROUNDS ?? DEFAULT_ROUNDS);
const seed = Number(process.env.CRASH_SEED ?? 1);
const isByHand = rounds > DEFAULT_ROUNDS;

const summary = ({ recoveryMs, ...counts }: Figures): string =>
  [
    ...Object.entries(counts).map(([name, value]) => `${name} ${value}`),
    `recovery median ${median(recoveryMs).toFixed(0)} ms, most ${Math.max(...recoveryMs).toFixed(0)} ms`,
  ].join(', ');

describe.each([1, 3])('%i process(es), killed under load', (size) => {
  it(
    `keep every acknowledged write through ${rounds} rounds of seed ${seed}, and agree`,
    async () => {
      const { figures, faults } = await crashRounds({
        size,
        rounds,
        seed,
        tell: (round, so) => isByHand && round % 10 === 0 && console.log(`${size}: ${round} rounds: ${summary(so)}`),
      });
      expect(faults).toEqual([]);
      expect(figures.acknowledged).toBeGreaterThan(rounds);
      expect(figures.kills).toBeGreaterThanOrEqual(rounds);
    },
    120_000 + rounds * 30_000,
  );
});
