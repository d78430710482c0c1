import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame, readFrameHeader } from '../../../src/wal/frame.ts';

const header = (hex: string) => readFrameHeader(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('a frame', () => {
  it('is a length word, the record and zeros up to a multiple of 8', () => {
    assert(
      property(uint8Array({ maxLength: 5000 }), (record) => {
        const bytes = frame(record);
        expect(bytes.length % 8).toBe(0);
        expect(bytes.subarray(8, 8 + record.length)).toEqual(record);
        expect(bytes.subarray(8 + record.length).every((byte) => byte === 0)).toBe(true);
        if (record.length === 0) return;
        const found = readFrameHeader(bytes);
        expect(found).toEqual({
          recordBytes: record.length,
          paddingBytes: bytes.length - 8 - record.length,
          valid: true,
        });
      }),
    );
  });

  it.each([
    ['of one byte', 1, '01000000 00000087'],
    ['of eight bytes', 8, '08000000 00000000'],
    ['of 22 bytes', 22, '16000000 00000082'],
    ['of 300 bytes', 300, '2c010000 00000084'],
  ])('%s begins with its word', (_, length, word) => {
    expect(Buffer.from(frame(new Uint8Array(length)).subarray(0, 8)).toString('hex')).toBe(word.replace(' ', ''));
  });
});

describe('a length word', () => {
  it('of zero ends the log', () => {
    expect(header('00000000 00000000')).toBeUndefined();
  });

  it.each([
    ['padding that the length does not need', '08000000 00000081'],
    ['padding that the length needs, left out', '09000000 00000000'],
    ['another padding than the length needs', '09000000 00000086'],
    ['padding without its mark', '09000000 00000007'],
    ['bits that mean nothing', '09000000 000000c7'],
    ['a mark without padding', '08000000 00000080'],
    ['padding of nothing', '00000000 00000084'],
  ])('with %s is not valid', (_, word) => {
    expect(header(word)?.valid).toBe(false);
  });

  it('may claim 56 bits', () => {
    expect(header('00000000 00000100')).toEqual({ recordBytes: 2 ** 48, paddingBytes: 0, valid: true });
    expect(header('f8ffffff ffffff00')?.recordBytes).toBeGreaterThan(2 ** 55);
  });
});
