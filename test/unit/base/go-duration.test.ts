import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatMs, maxInt64, minInt64, parseDuration } from '../../../src/base/index.ts';
import { messageOf, recorded } from './testdata.ts';

interface DurationCase {
  readonly in: string;
  readonly ns?: string;
  readonly text?: string;
  readonly err?: string;
}

describe('parseDuration', () => {
  it.each(recorded<DurationCase>('parse-duration'))('$in', ({ in: text, ns, text: canonical, err }) => {
    if (ns === undefined) {
      expect(messageOf(() => parseDuration(text))).toBe(err);
      return;
    }
    expect(parseDuration(text)).toBe(BigInt(ns));
    expect(formatDuration(BigInt(ns))).toBe(canonical);
  });
});

describe('formatMs', () => {
  it.each([
    [0, '0s'],
    [0.000_000_4, '0s'],
    [0.001_5, '1.5µs'],
    [3.25, '3.25ms'],
    [300_000, '5m0s'],
  ])('%d ms -> %s', (ms, text) => expect(formatMs(ms)).toBe(text));
});

describe('formatDuration', () => {
  it.each(recorded<[string, string]>('format-duration'))('%s ns -> %s', (ns, text) => {
    expect(formatDuration(BigInt(ns))).toBe(text);
  });

  it('is undone by parseDuration', () => {
    fc.assert(
      fc.property(fc.bigInt(minInt64, maxInt64), (ns) => {
        expect(parseDuration(formatDuration(ns))).toBe(ns);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt(-2_000_000_000n, 2_000_000_000n), (ns) => {
        expect(parseDuration(formatDuration(ns))).toBe(ns);
      }),
    );
  });
});
