import { describe, expect, it } from 'vitest';
import { BboltError, openDatabase } from '../../../src/bbolt/index.ts';
import { encodeMeta } from '../../../src/bbolt/meta.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { DamagedFile, errorOf } from './damage.ts';
import { fileWith, PATH } from './trees.ts';

function sample(pageSize = 4096): DamagedFile {
  return new DamagedFile(fileWith({ '6b6579': { '01': 'aa', '02': 'bb' } }, { pageSize }));
}

function outcome(files: MemoryFiles): string {
  try {
    const database = openDatabase(PATH, files);
    const { txid, pageSize } = database.meta;
    database.close();
    return `opened at ${txid}, pages of ${pageSize}`;
  } catch (error) {
    if (error instanceof BboltError) return `${error.fault}: ${error.message}`;
    throw error;
  }
}

describe('opening a database', () => {
  it.each<[string, (file: DamagedFile) => Buffer, string]>([
    ['whole', (f) => f.bytes, 'opened at 1, pages of 4096'],
    ['with a digest behind it', (f) => Buffer.concat([f.bytes, Buffer.alloc(32)]), 'opened at 1, pages of 4096'],
    ['without its second meta page', (f) => (f.page(1).fill(0), f.bytes), 'opened at 0, pages of 4096'],
    ['without its first meta page', (f) => (f.page(0).fill(0), f.bytes), 'opened at 1, pages of 4096'],
    ['with a torn second meta page', (f) => (f.page(1).fill(0xff, 40, 60), f.bytes), 'opened at 0, pages of 4096'],
    ['with a torn first meta page', (f) => (f.page(0).fill(0xff, 40, 60), f.bytes), 'opened at 1, pages of 4096'],
    ['empty', () => Buffer.alloc(0), 'invalid: invalid database: the file is empty'],
    ['of zeros', (f) => f.bytes.fill(0), 'invalid: invalid database'],
    ['of other things', () => Buffer.from('not a database\n'.repeat(2000)), 'invalid: invalid database'],
    ['of one byte', () => Buffer.from([0]), 'invalid: invalid database'],
    ['of a digest alone', () => Buffer.alloc(32, 7), 'invalid: invalid database'],
    ['without either meta page', (f) => (f.page(0).fill(0), f.page(1).fill(0), f.bytes), 'invalid: invalid database'],
    [
      'with two torn meta pages',
      (f) => (f.page(0).fill(1, 40, 60), f.page(1).fill(1, 40, 60), f.bytes),
      'checksum: checksum error',
    ],
    [
      'of another version',
      (f) => (f.page(0).fill(9, 20, 21), f.page(1).fill(9, 20, 21), f.bytes),
      'version-mismatch: version mismatch',
    ],
    [
      'of a big-endian machine',
      (f) => (f.page(0).subarray(16, 20).reverse(), f.page(1).subarray(16, 20).reverse(), f.bytes),
      'invalid: invalid database: written on a big-endian machine',
    ],
    [
      'cut by a byte',
      (f) => f.bytes.subarray(0, -1),
      'truncated: truncated database: it has 4 pages of 4096 bytes, but the file ends after 16383 bytes',
    ],
    [
      'cut to its meta pages',
      (f) => f.bytes.subarray(0, 8192),
      'truncated: truncated database: it has 4 pages of 4096 bytes, but the file ends after 8192 bytes',
    ],
    [
      'cut within its first meta page',
      (f) => f.bytes.subarray(0, 80),
      'truncated: truncated database: it has 4 pages of 4096 bytes, but the file ends after 80 bytes',
    ],
    [
      'with a root out of bounds',
      (f) => (f.setMeta({ rootPage: 4 }), f.bytes),
      'corrupt: invalid database: its meta page points at page 4 of 4',
    ],
    [
      'with a meta page for a root',
      (f) => (f.setMeta({ rootPage: 1 }), f.bytes),
      'corrupt: invalid database: its meta page points at page 1 of 4',
    ],
    [
      'with a freelist out of bounds',
      (f) => (f.setMeta({ freelistPage: 2 ** 40 }), f.bytes),
      'corrupt: invalid database: its meta page points at page 1099511627776 of 4',
    ],
    [
      'with more pages than can be',
      (f) => (f.setMeta({ pageCount: 2 ** 52 }), f.bytes),
      'truncated: truncated database: it has 4503599627370496 pages of 4096 bytes, but the file ends after 16384 bytes',
    ],
  ])('%s', (_, damage, expected) => {
    const files = new MemoryFiles();
    files.put(PATH, damage(sample()));
    expect(outcome(files)).toBe(expected);
  });

  it.each([1024, 2048, 8192, 65536, 1024 << 14])('finds the second meta page of %i-byte pages', (pageSize) => {
    const file = sample(pageSize);
    file.page(0).fill(0);
    expect(outcome(file.files())).toBe(`opened at 1, pages of ${pageSize}`);
  });

  it('takes the newer of two whole meta pages', () => {
    const file = sample();
    file.page(0).set(encodeMeta({ ...file.meta, txid: 6n }));
    file.page(1).set(encodeMeta({ ...file.meta, txid: 5n }));
    expect(outcome(file.files())).toBe('opened at 6, pages of 4096');
  });

  it('closes a file that it refuses', () => {
    const files = new MemoryFiles();
    files.put(PATH, Buffer.alloc(10));
    expect(outcome(files)).toMatch(/^invalid/);
    expect(files.calls.at(-1)).toBe('close /db');
  });

  it.each(['ENOENT', 'EACCES'])('hands on what the system says: %s', (code) => {
    const files = sample().files();
    files.fault = (operation) => (operation === 'open' ? code : undefined);
    expect(errorOf(() => openDatabase(PATH, files))).toMatchObject({ name: 'FileError', code });
  });
});
