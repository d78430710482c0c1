import { assert, double, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePercent } from '../../../../src/grpc/percent-decoding.ts';
import { encodePercent } from '../../../../src/grpc/server/percent-encoding.ts';
import { parseTimeout } from '../../../../src/grpc/server/timeout.ts';
import { formatTimeout } from '../../../../src/grpc/timeout-header.ts';

describe('parseTimeout', () => {
  it.each([
    ['1H', 3_600_000],
    ['2M', 120_000],
    ['3S', 3000],
    ['4m', 4],
    ['5000u', 5],
    ['6000000n', 6],
    ['0n', 0],
    ['99999999H', 99_999_999 * 3_600_000],
  ])('%s', (header, timeoutMs) => expect(parseTimeout(header)).toBeCloseTo(timeoutMs, 6));

  it.each(['', '5', 'S', '-1S', '1.5S', '1 S', '123456789S', '1s', '0x1S', '1SS'])('refuses %j', (header) =>
    expect(parseTimeout(header)).toBeUndefined(),
  );

  it('never reads less than the client meant', () => {
    assert(
      property(double({ min: 0, max: 1e12, noNaN: true }), (timeoutMs) => {
        expect(parseTimeout(formatTimeout(timeoutMs))).toBeGreaterThanOrEqual(timeoutMs * (1 - 1e-9));
      }),
    );
  });
});

describe('encodePercent', () => {
  it.each([
    ['plain text, all of it: ~!"#$&', 'plain text, all of it: ~!"#$&'],
    ['100%', '100%25'],
    ['a\nb', 'a%0Ab'],
    ['ü', '%C3%BC'],
    ['\x7f', '%7F'],
  ])('%j', (message, encoded) => expect(encodePercent(message)).toBe(encoded));

  it('is undone by the client, whatever the text', () => {
    assert(
      property(string({ unit: 'grapheme' }), (message) => {
        expect(encodePercent(message)).toMatch(/^[\x20-\x7e]*$/);
        expect(decodePercent(encodePercent(message))).toBe(message);
      }),
    );
  });
});
