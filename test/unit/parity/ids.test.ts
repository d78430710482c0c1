import { describe, expect, it } from 'vitest';
import { generatedIds } from '../../parity/harness/ids.ts';

const KNOWN = '17975581944271693515'; // f976188a233d66cb
const LEASE = '7406784567890123456';
const LEASE_HEX = BigInt(LEASE).toString(16);

function ids(text: string, leases: string[] = []): string {
  return generatedIds(text, { endpoints: [], knownIds: new Set([KNOWN]), leases });
}

describe('generated ids', () => {
  it('are named in the order in which they appear', () => {
    expect(ids(`${LEASE} 1669a2036add6cc7 ${LEASE}`)).toBe('<id 2> <id 1 in hex> <id 2>');
  });

  it('are the same in decimal and in hex', () => {
    expect(ids(`${LEASE_HEX} ${LEASE}`)).toBe('<id 1 in hex> <id 1>');
  });

  it('do not include what is the same in both worlds', () => {
    expect(ids(`f976188a233d66cb ${KNOWN}`)).toBe(`f976188a233d66cb ${KNOWN}`);
  });

  it('are found in keys in base64', () => {
    const key = Buffer.from(`lock/${LEASE_HEX}`).toString('base64');
    expect(ids(`"key":"${key}"`)).toBe('"key":base64(lock/<id 1 in hex>)');
  });

  it('leave other base64 alone', () => {
    const text = `"key":"${Buffer.from('a rather long key of words').toString('base64')}"`;
    expect(ids(text)).toBe(text);
  });

  it('are found as varints, beside the text', () => {
    const varint = Buffer.from([0x80, 0xc8, 0xf5, 0xb8, 0xfe, 0xda, 0xbb, 0xe5, 0x66]);
    let value = 0n;
    varint.forEach((byte, index) => {
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    });
    expect(ids(`0${varint.toString('latin1')}`, [String(value)])).toBe('0<id 1 in varint>');
  });

  it('of fewer digits are padded as the Go tool pads them', () => {
    expect(ids('Member  de5e9c357ed76c1 added')).toBe('Member <padded><id 1 in hex> added');
    expect(ids('Member de5e9c357ed76c1 added')).toBe('Member <id 1 in hex> added');
  });

  it('are no short numbers and no words', () => {
    const text = '1234567890123456 deadbeef feedfacecafebeefs 1234567890';
    expect(ids(text)).toBe(text);
  });
});
