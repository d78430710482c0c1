import { describe, expect, it } from 'vitest';
import { formatSize } from '../../../src/base/index.ts';
import { recorded } from './testdata.ts';

describe('formatSize', () => {
  it.each(recorded<[string, string]>('si-size'))('%s -> %s', (bytes, text) => {
    expect(formatSize(BigInt(bytes))).toBe(text);
  });

  it('takes a number as well', () => {
    expect(formatSize(20_480)).toBe('20 kB');
    expect(formatSize(0)).toBe('0 B');
  });
});
