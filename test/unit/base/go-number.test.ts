import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AssertionFailure,
  maxInt64,
  maxUint64,
  minInt64,
  parseBool,
  parseInt64,
  parseUint64,
  TextError,
} from '../../../src/base/index.ts';
import { messageOf, recorded } from './testdata.ts';

interface IntCase {
  readonly in: string;
  readonly base: number;
  readonly int?: string;
  readonly intErr?: string;
  readonly uint?: string;
  readonly uintErr?: string;
}

describe('parseInt64 and parseUint64', () => {
  it.each(recorded<IntCase>('parse-int'))('$in in base $base', ({ in: text, base, ...expected }) => {
    if (expected.int !== undefined) expect(parseInt64(text, base)).toBe(BigInt(expected.int));
    else expect(messageOf(() => parseInt64(text, base))).toBe(expected.intErr);
    if (expected.uint !== undefined) expect(parseUint64(text, base)).toBe(BigInt(expected.uint));
    else expect(messageOf(() => parseUint64(text, base))).toBe(expected.uintErr);
  });

  it('read decimal unless told otherwise', () => {
    expect(parseInt64('-010')).toBe(-10n);
    expect(parseUint64('010')).toBe(10n);
    expect(() => parseInt64('0x10')).toThrow(TextError);
  });

  it('refuse a base that is none', () => {
    expect(() => parseInt64('1', 1)).toThrow(AssertionFailure);
    expect(() => parseUint64('1', 37)).toThrow(AssertionFailure);
  });

  it('read back every integer that fits, and none other', () => {
    fc.assert(
      fc.property(fc.bigInt(-(1n << 66n), 1n << 66n), fc.integer({ min: 2, max: 36 }), (value, base) => {
        const text = value.toString(base);
        const isInt64 = value >= minInt64 && value <= maxInt64;
        const isUint64 = value >= 0n && value <= maxUint64;
        if (isInt64) expect(parseInt64(text, base)).toBe(value);
        else expect(() => parseInt64(text, base)).toThrow('value out of range');
        if (isUint64) expect(parseUint64(text, base)).toBe(value);
        else expect(() => parseUint64(text, base)).toThrow(value < 0n ? 'invalid syntax' : 'value out of range');
      }),
    );
  });
});

describe('parseBool', () => {
  it.each(recorded<{ in: string; out: boolean; err: string | null }>('parse-bool'))('$in', ({ in: text, out, err }) => {
    if (err === null) expect(parseBool(text)).toBe(out);
    else expect(messageOf(() => parseBool(text))).toBe(err);
  });
});
