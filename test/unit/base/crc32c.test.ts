import { assert, integer, nat, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c, crc32cRange } from '../../../src/base/crc32c.ts';

/** The definition, a bit at a time. */
function bitwise(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);

describe('crc32c', () => {
  // Check value of the catalogue of CRC algorithms, then the examples of RFC 3720, appendix B.4.
  it.each([
    ['nothing', new Uint8Array(), 0],
    ['"123456789"', Buffer.from('123456789'), 0xe3069283],
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['ascending', ascending, 0x46dd794e],
    ['descending', ascending.toReversed(), 0x113fdb5c],
  ])('of %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('equals the bitwise definition for every length, seed and offset', () => {
    assert(
      property(uint8Array({ maxLength: 200 }), integer({ min: 0, max: 0xffffffff }), (bytes, seed) => {
        expect(crc32c(bytes, seed)).toBe(bitwise(bytes, seed));
      }),
    );
  });

  it('runs on from one piece to the next', () => {
    assert(
      property(uint8Array({ maxLength: 100 }), nat({ max: 100 }), (bytes, at) => {
        const cut = Math.min(at, bytes.length);
        expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(crc32c(bytes));
        expect(crc32cRange(bytes, cut, bytes.length, crc32cRange(bytes, 0, cut))).toBe(crc32c(bytes));
      }),
    );
  });

  it.each([
    [-1, 4],
    [0, 33],
    [5, 4],
  ])('refuses the range %i..%i of 32 bytes', (start, end) => {
    expect(() => crc32cRange(ascending, start, end)).toThrow(RangeError);
  });
});
