import { describe, expect, it } from 'vitest';
import {
  checkMayAdd,
  checkMayPromote,
  checkMayRemove,
  type Situation,
} from '../../../../src/member/membership/strict.ts';

describe('[inv 43] strict reconfiguration', () => {
  const voter = (id: bigint, isStarted = true): Situation['voters'][number] => ({
    id,
    name: isStarted ? `m${id}` : '',
    peerUrls: [],
    clientUrls: [],
    isLearner: false,
  });
  const situation = (started: number, fresh: number, connected: readonly bigint[]): Situation => ({
    self: 1n,
    voters: [
      ...Array.from({ length: started }, (_, i) => voter(BigInt(i + 1))),
      ...Array.from({ length: fresh }, (_, i) => voter(BigInt(started + i + 1), false)),
    ],
    activeSince: (id) => (connected.includes(id) ? 0 : undefined),
    nowMs: 10_000,
  });
  const tried = (check: () => void): string => {
    try {
      check();
      return 'may';
    } catch (error) {
      return (error as Error).message.replace('etcdserver: ', '');
    }
  };
  const NOT_STARTED = 're-configuration failed due to not enough started members';

  it.each([
    [1, 0, [], 'may'],
    [1, 1, [2n], NOT_STARTED],
    [2, 0, [2n], 'may'],
    [2, 0, [], 'unhealthy cluster'],
    [3, 0, [2n, 3n], 'may'],
    [3, 0, [2n], 'unhealthy cluster'],
    [4, 0, [2n, 3n], 'may'],
    [3, 2, [2n, 3n, 4n, 5n], NOT_STARTED],
  ])('%i started and %i new members, of which %s are connected: adding a voter: %s', (started, fresh, up, result) => {
    expect(tried(() => checkMayAdd(situation(started, fresh, up), false))).toBe(result);
  });

  it.each([
    [3, 0, [2n, 3n], 3n, 'may'],
    [3, 0, [2n], 3n, 'may'],
    [3, 0, [2n], 2n, 'unhealthy cluster'],
    [2, 1, [2n, 3n], 2n, NOT_STARTED],
    [5, 0, [2n, 3n, 4n, 5n], 1n, 'may'],
    [5, 0, [2n, 3n], 1n, 'unhealthy cluster'],
  ])('%i started and %i new members, of which %s are connected: removing %s: %s', (started, fresh, up, id, result) => {
    expect(tried(() => checkMayRemove(situation(started, fresh, up), { id, isLearner: false }))).toBe(result);
    expect(tried(() => checkMayRemove(situation(started, fresh, up), { id, isLearner: true }))).toBe('may');
  });

  it.each([
    [1, 0, 'may'],
    [1, 1, 'may'],
    [1, 2, NOT_STARTED],
    [3, 0, 'may'],
  ])('%i started and %i new members: promoting a learner: %s', (started, fresh, result) => {
    expect(tried(() => checkMayPromote(situation(started, fresh, [])))).toBe(result);
  });
});
