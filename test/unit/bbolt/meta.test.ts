import { describe, expect, it } from 'vitest';
import { BboltError } from '../../../src/bbolt/index.ts';
import { decodeMeta, encodeMeta, type Meta } from '../../../src/bbolt/meta.ts';

const meta: Meta = {
  pageSize: 4096,
  rootPage: 3,
  rootSequence: 0n,
  freelistPage: 2,
  pageCount: 4,
  txid: 1n,
};

/**
 * The second meta page of an empty database, by hand: page header (id 1, flags 4), magic, version 2, page size 4096,
 * flags 0, root page 3, sequence 0, freelist page 2, high-water mark 4, transaction 1, and the FNV-1a of the 56 bytes
 * from the magic on, worked out with a separate implementation.
 */
const GOLDEN =
  '0100000000000000' +
  '0400' +
  '0000' +
  '00000000' +
  'edda0ced' +
  '02000000' +
  '00100000' +
  '00000000' +
  '0300000000000000' +
  '0000000000000000' +
  '0200000000000000' +
  '0400000000000000' +
  '0100000000000000';

function fnv1a(bytes: Uint8Array): bigint {
  return bytes.reduce((hash, byte) => ((hash ^ BigInt(byte)) * 1099511628211n) % 2n ** 64n, 14695981039346656037n);
}

function golden(): Buffer {
  const bytes = Buffer.from(GOLDEN, 'hex');
  const checksum = Buffer.alloc(8);
  checksum.writeBigUInt64LE(fnv1a(bytes.subarray(16)));
  return Buffer.concat([bytes, checksum]);
}

function faultOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof BboltError) return `${error.fault}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('a meta page', () => {
  it('has these bytes', () => {
    const page = encodeMeta(meta);
    expect(page).toHaveLength(4096);
    expect(Buffer.from(page.subarray(0, 80)).toString('hex')).toBe(golden().toString('hex'));
    expect(page.subarray(80).every((byte) => byte === 0)).toBe(true);
  });

  it('is read back', () => {
    expect(decodeMeta(golden())).toEqual(meta);
  });

  it('keeps 64-bit numbers whole and tells an absent freelist', () => {
    const other: Meta = { ...meta, freelistPage: undefined, txid: 2n ** 63n + 1n, rootSequence: 2n ** 64n - 1n };
    expect(decodeMeta(encodeMeta(other))).toEqual(other);
    expect(Buffer.from(encodeMeta(other)).readBigUInt64LE(16 + 32)).toBe(2n ** 64n - 1n);
  });

  it.each<[string, (page: Buffer) => Buffer, string]>([
    ['nothing', () => Buffer.alloc(0), 'invalid: invalid database'],
    ['half a page', (page) => page.subarray(0, 79), 'invalid: invalid database'],
    ['zeros', (page) => page.fill(0), 'invalid: invalid database'],
    [
      'another byte order',
      (page) => Buffer.concat([page.subarray(0, 16), page.subarray(16, 20).reverse(), page.subarray(20)]),
      'invalid: invalid database: written on a big-endian machine',
    ],
    ['another version', (page) => page.fill(3, 20, 21), 'version-mismatch: version mismatch'],
    ['a flipped bit', (page) => page.fill(5, 56, 57), 'checksum: checksum error'],
    ['a wrong checksum', (page) => page.fill(0, 72, 73), 'checksum: checksum error'],
  ])('is refused: %s', (_, damage, expected) => {
    expect(faultOf(() => decodeMeta(damage(golden())))).toBe(expected);
  });

  it.each([0, 512, 4095, 2 ** 25])('is refused: a page size of %i', (pageSize) => {
    const page = golden();
    page.writeUInt32LE(pageSize, 24);
    page.writeBigUInt64LE(fnv1a(page.subarray(16, 72)), 72);
    expect(faultOf(() => decodeMeta(page))).toBe(
      `invalid: invalid database: its meta page gives a page size of ${pageSize} bytes`,
    );
  });
});
