import { describe, expect, it } from 'vitest';
import { bool, flagUsages, string } from '../../../../src/cli/flags/index.ts';
import { recorded } from './recorded.ts';
import { specs } from './specs.ts';

describe('flagUsages', () => {
  it('writes the block that pflag writes', () => {
    expect(flagUsages(specs)).toBe(recorded<string>('usages')[0]);
  });

  it('writes nothing for no flag, or only hidden ones', () => {
    expect(flagUsages({})).toBe('');
    expect(flagUsages({ a: bool(false, 'x', { hidden: true }) })).toBe('');
  });

  it('sets an unpaired back quote as it is', () => {
    expect(flagUsages({ a: string('', 'one ` only') })).toBe('      --a string   one ` only\n');
    expect(flagUsages({ a: string('', 'a `$&` b') })).toBe('      --a $&   a $& b\n');
  });
});
