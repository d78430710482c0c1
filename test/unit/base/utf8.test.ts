import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexOf, utf8Decode, utf8DecodeStrict, utf8Encode } from '../../../src/base/index.ts';
import { runeAt } from '../../../src/base/utf8.ts';
import { fromHex } from './testdata.ts';

const r = '\ufffd';

describe('utf8Decode', () => {
  // One U+FFFD for each offending byte, which is what Go's range over a string gives.
  it.each([
    ['', ''],
    ['666f6f', 'foo'],
    ['efbbbf61', '\ufeffa'],
    ['f09f9880', '😀'],
    ['ff', r],
    ['61c3', `a${r}`],
    ['c328', `${r}(`],
    ['e28228', `${r}${r}(`],
    ['f09f98', r + r + r],
    ['eda080', r + r + r],
    ['c0af', r + r],
    ['f4908080', r + r + r + r],
    ['efbfbd', r],
  ])('%s', (hex, text) => {
    expect(utf8Decode(fromHex(hex))).toBe(text);
  });

  it('undoes utf8Encode', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Decode(utf8Encode(text))).toBe(text);
        expect(utf8DecodeStrict(utf8Encode(text))).toBe(text);
      }),
    );
  });
});

describe('utf8DecodeStrict', () => {
  it('gives nothing for bytes that are not UTF-8', () => {
    expect(utf8DecodeStrict(fromHex('61ff'))).toBeUndefined();
    expect(utf8DecodeStrict(fromHex('efbbbf'))).toBe('\ufeff');
  });
});

describe('utf8Encode', () => {
  it('replaces a lone surrogate', () => {
    expect(hexOf(utf8Encode('a\ud800b'))).toBe('61efbfbd62');
  });
});

describe('runeAt', () => {
  it('finds no rune exactly where a strict decoder finds none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4, minLength: 1 }), (bytes) => {
        const rune = runeAt(bytes, 0);
        const width = rune < 0 ? 0 : utf8Encode(String.fromCodePoint(rune)).length;
        const decodes = [1, 2, 3, 4].some((n) => {
          const text = utf8DecodeStrict(bytes.subarray(0, n));
          return text !== undefined && Array.from(text).length === 1 && n <= bytes.length;
        });
        expect(rune >= 0).toBe(decodes);
        if (rune >= 0) expect(utf8DecodeStrict(bytes.subarray(0, width))).toBe(String.fromCodePoint(rune));
      }),
    );
  });
});
