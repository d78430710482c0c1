import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawText, rawTextBytes } from '../../../src/base/index.ts';

describe('rawText', () => {
  it('gives any bytes back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(Array.from(rawTextBytes(rawText(bytes)))).toEqual(Array.from(bytes));
      }),
    );
  });

  it('reads UTF-8 as usual and leaves any ordinary string alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(rawText(rawTextBytes(text))).toBe(text);
        expect(Buffer.from(rawTextBytes(text))).toEqual(Buffer.from(text));
      }),
    );
  });

  it('marks each byte that is not UTF-8 with a lone surrogate of its own', () => {
    expect(rawText(Uint8Array.of(0x61, 0xff, 0xc3, 0xa9, 0xc3))).toBe('a\udcffé\udcc3');
  });
});
