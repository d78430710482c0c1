import { describe, expect, it } from 'vitest';
import { Checker } from '../../../src/bbolt/index.ts';
import { encodeFreelist, readFreelist } from '../../../src/bbolt/freelist.ts';
import { encodeMeta } from '../../../src/bbolt/meta.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { DamagedFile } from './damage.ts';
import { databaseOf, fileWith, PATH, problemsOf } from './trees.ts';

/** A file whose pages from 4 on are all free but for the last ones, which hold the list of them. */
function fileWithFree(count: number): MemoryFiles {
  const small = new DamagedFile(fileWith({ aa: {} }));
  const ids = Array.from({ length: count }, (_, i) => i + 4);
  // The old list on page 3 is free as well.
  const list = encodeFreelist(count + 4, [3, ...ids], 4096);
  const pageCount = count + 4 + list.length / 4096;
  const bytes = Buffer.alloc(pageCount * 4096);
  small.bytes.copy(bytes);
  list.copy(bytes, (count + 4) * 4096);
  for (const txid of [0n, 1n]) {
    bytes.set(encodeMeta({ ...small.meta, freelistPage: count + 4, pageCount, txid }), Number(txid) * 4096);
  }
  const files = new MemoryFiles();
  files.put(PATH, bytes);
  return files;
}

describe('the list of free pages', () => {
  it('has these bytes', () => {
    const page = encodeFreelist(9, [3, 258], 1024);
    expect(page).toHaveLength(1024);
    expect(page.subarray(0, 32).toString('hex')).toBe(
      '0900000000000000100002000000000003000000000000000201000000000000',
    );
  });

  it('puts a count that does not fit 16 bits before the ids', () => {
    const ids = Array.from({ length: 0xffff }, (_, i) => i);
    const run = encodeFreelist(9, ids, 4096);
    expect(run.subarray(8, 24).toString('hex')).toBe('1000ffff80000000ffff000000000000');
    expect(run).toHaveLength(129 * 4096);
    expect(encodeFreelist(9, ids.slice(1), 4096).readUInt16LE(10)).toBe(0xfffe);
  });

  it.each([0, 1, 509, 510, 8192, 0xfffd, 0xfffe, 0xffff, 70_000])(
    'of %i pages and one is read and checked',
    (count) => {
      const database = databaseOf(fileWithFree(count));
      const { ids } = readFreelist(database.reader, database.meta.freelistPage!);
      let expected = 3;
      for (const id of ids) expect(id).toBe(expected++);
      expect(expected).toBe(count + 4);
      expect(problemsOf(database)).toEqual([]);
    },
  );

  it('is told apart from the pages no tree leads to', () => {
    const database = databaseOf(fileWithFree(10));
    const checker = new Checker(database);
    for (const steps = checker.run(); !steps.next().done; );
    expect([...checker.reachable]).toEqual([0, 1, 2, 14]);
  });
});
