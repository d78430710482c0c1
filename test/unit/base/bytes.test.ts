import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareBytes,
  concatBytes,
  encodeUint64,
  equalBytes,
  hexEscape,
  hexOf,
  prefixEnd,
  startsWithBytes,
} from '../../../src/base/index.ts';
import { fromHex } from './testdata.ts';

const bytes = fc.uint8Array({ maxLength: 6 });

describe('prefixEnd', () => {
  it.each([
    ['666f6f', '666f70'],
    ['00', '01'],
    ['61ff', '62'],
    ['61ffff', '62'],
    ['ff00', 'ff01'],
    ['ff', '00'],
    ['ffff', '00'],
    ['', '00'],
  ])('%s -> %s', (prefix, end) => {
    const before = fromHex(prefix);
    expect(hexOf(prefixEnd(before))).toBe(end);
    expect(hexOf(before)).toBe(prefix);
  });

  it('leaves a Buffer alone', () => {
    const prefix = Buffer.from('foo');
    expect(hexOf(prefixEnd(prefix))).toBe('666f70');
    expect(prefix.toString()).toBe('foo');
  });

  it('parts the keys with the prefix from those without', () => {
    const prefixes = bytes.filter((prefix) => prefix.some((byte) => byte !== 0xff));
    fc.assert(
      fc.property(prefixes, bytes, bytes, (prefix, rest, other) => {
        const end = prefixEnd(prefix);
        for (const key of [concatBytes([prefix, rest]), other]) {
          const isInside = compareBytes(key, prefix) >= 0 && compareBytes(key, end) < 0;
          expect(isInside).toBe(startsWithBytes(key, prefix));
        }
      }),
    );
  });
});

describe('compareBytes', () => {
  it('orders as Buffer.compare does', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
      }),
    );
  });

  it('puts a prefix first', () => {
    expect(compareBytes(fromHex('61'), fromHex('6100'))).toBeLessThan(0);
    expect(compareBytes(fromHex(''), fromHex(''))).toBe(0);
    expect(compareBytes(fromHex('ff'), fromHex('00ff'))).toBeGreaterThan(0);
  });
});

describe('concatBytes', () => {
  it('joins any number of parts into bytes of its own', () => {
    const part = fromHex('0102');
    const whole = concatBytes([part, fromHex(''), fromHex('03')]);
    part[0] = 9;
    expect(hexOf(whole)).toBe('010203');
    expect(concatBytes([])).toHaveLength(0);
  });
});

describe('encodeUint64', () => {
  it.each([
    [0n, '0000000000000000'],
    [0x0102_0304_0506_0708n, '0102030405060708'],
    [2n ** 64n - 1n, 'ffffffffffffffff'],
    [-2n, 'fffffffffffffffe'],
  ])('%d', (value, hex) => expect(hexOf(encodeUint64(value))).toBe(hex));
});

describe('hex', () => {
  it.each([
    ['', '', ''],
    ['666f6f', '666f6f', '\\x66\\x6f\\x6f'],
    ['000aff', '000aff', '\\x00\\x0a\\xff'],
  ])('of %j', (input, plain, escaped) => {
    expect(hexOf(fromHex(input))).toBe(plain);
    expect(hexEscape(fromHex(input))).toBe(escaped);
  });
});
