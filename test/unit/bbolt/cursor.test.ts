import { array, assert, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bucket } from '../../../src/bbolt/index.ts';
import { DamagedFile } from './damage.ts';
import { anyKey, anyKeys, anyOptions, databaseOf, fileWith, type Tree } from './trees.ts';

function bucketWith(keys: Tree, options = {}): Bucket {
  return databaseOf(fileWith({ '01': keys }, options)).bucket(Uint8Array.of(1))!;
}

/** Keys on the leaves 2, 3 and 4 of sixty keys. */
const count = (page: number): number => (page === 4 ? 16 : 22);

describe('a cursor', () => {
  it('finds for any key the first one that is not before it', () => {
    assert(
      property(anyKeys, array(anyKey), anyOptions, (keys, sought, options) => {
        const bucket = bucketWith(keys, options);
        const sorted = Object.keys(keys).sort();
        const cursor = bucket.cursor();
        for (const key of [...sought, ...sorted]) {
          const expected = sorted.filter((other) => other >= key);
          expect(cursor.seek(Buffer.from(key, 'hex'))).toBe(expected.length > 0);
          expect(cursor.find(Buffer.from(key, 'hex'))).toBe(expected[0] === key);
          const rest: string[] = [];
          for (let found = cursor.seek(Buffer.from(key, 'hex')); found; found = cursor.next()) {
            rest.push(cursor.key.toString('hex'));
          }
          expect(rest).toEqual(expected);
          expect(bucket.get(Buffer.from(key, 'hex'))?.toString('hex')).toBe(keys[key]);
        }
        expect(cursor.last()).toBe(sorted.length > 0);
        if (sorted.length > 0) expect(cursor.key.toString('hex')).toBe(sorted.at(-1));
      }),
      { numRuns: 60 },
    );
  });

  it('goes no further than the end, and stays there', () => {
    const cursor = bucketWith({ aa: '', bb: '' }).cursor();
    expect([cursor.next(), cursor.first(), cursor.next(), cursor.next(), cursor.next()]).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
    expect(() => cursor.key).toThrow('the cursor stands on no element');
  });

  it('passes over empty leaves, as deletions can leave them behind', () => {
    const keys = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [i.toString(16).padStart(2, '0'), 'ee'.repeat(23)]),
    );
    for (const empty of [[2], [3], [4], [2, 3], [3, 4], [2, 4], [2, 3, 4]]) {
      const file = new DamagedFile(fileWith({ '01': keys }, { pageSize: 1024 }));
      for (const page of empty) file.page(page).writeUInt16LE(0, 10);
      const leaves = [2, 3, 4].filter((page) => !empty.includes(page));
      const cursor = file.open().bucket(Uint8Array.of(1))!.cursor();
      const first = leaves[0] === undefined ? undefined : (leaves[0] - 2) * 22;
      const lastLeaf = leaves.at(-1);
      const last = lastLeaf === undefined ? undefined : (lastLeaf - 2) * 22 + count(lastLeaf) - 1;
      expect(cursor.first() ? cursor.key[0] : undefined).toBe(first);
      expect(cursor.last() ? cursor.key[0] : undefined).toBe(last);
      let seen = 0;
      for (let found = cursor.first(); found; found = cursor.next()) seen++;
      expect(seen).toBe(leaves.reduce((sum, page) => sum + count(page), 0));
    }
  });

  it('tells buckets from keys', () => {
    const bucket = bucketWith({ aa: '', bb: { cc: 'dd' } });
    expect(bucket.get(Buffer.from('aa', 'hex'))).toEqual(Buffer.alloc(0));
    expect(bucket.get(Buffer.from('bb', 'hex'))).toBeUndefined();
    expect(bucket.bucket(Buffer.from('aa', 'hex'))).toBeUndefined();
    expect(bucket.bucket(Buffer.from('bb', 'hex'))?.get(Buffer.from('cc', 'hex'))).toEqual(Buffer.from('dd', 'hex'));
    expect([...bucket.buckets()].map(({ name }) => name.toString('hex'))).toEqual(['bb']);
  });

  it('starts in the middle of the leaves', () => {
    const keys = Object.fromEntries(
      Array.from({ length: 256 }, (_, i) => [i.toString(16).padStart(2, '0'), '00'.repeat(50)]),
    );
    const bucket = bucketWith(keys, { pageSize: 1024 });
    const leaves = [...bucket.leaves(Buffer.from('80', 'hex'))].length;
    expect(leaves).toBeLessThan([...bucket.leaves()].length);
    const [first] = bucket.leaves(Buffer.from('80', 'hex'));
    expect(first?.key(0).toString('hex') ?? '').toMatch(/^7|80/);
  });
});
