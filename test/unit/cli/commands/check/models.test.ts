import { describe, expect, it } from 'vitest';
import { modelOf } from '../../../../../src/cli/commands/check/models.ts';

describe('modelOf', () => {
  it.each([
    ['s', 'small', 50, 150, 10_000],
    ['m', 'medium', 200, 1000, 100_000],
    ['l', 'large', 500, 8000, 1_000_000],
    ['xl', 'xLarge', 1000, 15_000, 3_000_000],
  ])('%s and %s are %i clients, %i puts a second and %i keys', (short, long, clients, putsPerSecond, keys) => {
    expect(modelOf(short)).toMatchObject({ clients, putsPerSecond, keys });
    expect(modelOf(long)).toBe(modelOf(short));
  });

  it.each(['', 'S', 'Large', 'xlarge', 'xxl', 'constructor'])('knows no %j', (load) => {
    expect(() => modelOf(load)).toThrow(
      expect.objectContaining({ exitCode: 4, message: `unknown load option ${load}` }),
    );
  });
});
