import { describe, expect, it } from 'vitest';
import { Checker } from '../../../src/bbolt/index.ts';
import { DamagedFile } from './damage.ts';
import { databaseOf, fileWith, problemsOf, type Tree } from './trees.ts';

/** 60 keys 00, 01, ... of 40-byte elements: with 1 KiB pages, leaves 2, 3 and 4 and the branch 5; names on 6, freelist 7. */
const KEYS: Tree = Object.fromEntries(
  Array.from({ length: 60 }, (_, i) => [i.toString(16).padStart(2, '0'), 'ee'.repeat(23)]),
);

function sample(): DamagedFile {
  return new DamagedFile(fileWith({ aa: KEYS }, { pageSize: 1024 }));
}

/** Elements on the sample's leaves: 22 fit nine tenths of a page. */
const PER_LEAF = 22;

function setKey(file: DamagedFile, page: number, index: number, key: number): void {
  const at = 16 + index * 16;
  const position = file.page(page).readUInt32LE(at + (page === 5 ? 0 : 4));
  file.page(page).writeUInt8(key, at + position);
}

describe('the checker', () => {
  it('has the sample laid out as the cases below take it', () => {
    const file = sample();
    const { rootPage, freelistPage, pageCount } = file.meta;
    expect({ rootPage, freelistPage, pageCount }).toEqual({ rootPage: 6, freelistPage: 7, pageCount: 8 });
    expect([2, 3, 4].map((id) => file.page(id).readUInt16LE(10))).toEqual([PER_LEAF, PER_LEAF, 16]);
    expect([0, 1, 2].map((i) => file.element(5, i).readUInt32LE(8))).toEqual([2, 3, 4]);
    expect(problemsOf(file.open())).toEqual([]);
  });

  it.each<[string, (file: DamagedFile) => void, string[]]>([
    [
      'a page reached twice',
      (f) => f.element(5, 2).writeUInt32LE(3, 8),
      ['page 3: multiple references (stack: [5 3])', 'page 4: unreachable unfreed'],
    ],
    [
      'a tree that leads into itself',
      (f) => f.element(5, 2).writeUInt32LE(5, 8),
      ['page 5: multiple references (stack: [5 5])', 'page 4: unreachable unfreed'],
    ],
    [
      'a tree that leads to the root',
      (f) => f.element(5, 0).writeUInt32LE(6, 8),
      ['page 6: multiple references (stack: [5 6])', 'page 2: unreachable unfreed'],
    ],
    [
      'a page beyond the high-water mark',
      (f) => f.element(5, 1).writeUInt32LE(8, 8),
      ['page 8: out of bounds: 8 (stack: [5 8])', 'page 3: unreachable unfreed'],
    ],
    [
      'a page far beyond',
      (f) => f.element(5, 1).fill(0xff, 8),
      ['page beyond 2^53: out of bounds: 8 (stack: [5 beyond 2^53])', 'page 3: unreachable unfreed'],
    ],
    [
      'a meta page in the tree',
      (f) => f.element(5, 1).writeUInt32LE(1, 8),
      ['page 1: multiple references (stack: [5 1])', 'page 3: unreachable unfreed'],
    ],
    [
      'a page of no known type',
      (f) => f.page(3).writeUInt16LE(0x20, 8),
      ['page 3: invalid type: unknown<20> (stack: [5 3])'],
    ],
    ['a page of two types', (f) => f.page(3).writeUInt16LE(3, 8), ['page 3: invalid type: unknown<03> (stack: [5 3])']],
    [
      'the freelist in the tree',
      (f) => f.element(5, 1).writeUInt32LE(7, 8),
      ['page 7: multiple references (stack: [5 7])', 'page 3: unreachable unfreed'],
    ],
    [
      'a page that says it is another',
      (f) => f.page(3).writeUInt32LE(4, 0),
      ['page 3: identifies itself as page 4 (stack: [5 3])', 'page 3: unreachable unfreed'],
    ],
    [
      'more elements than fit a page',
      (f) => f.page(3).writeUInt16LE(64, 10),
      ['page 3: 64 elements overrun its 1024 bytes (stack: [5 3])'],
    ],
    [
      'elements that run into the keys',
      (f) => f.page(3).writeUInt16LE(PER_LEAF + 1, 10),
      ['page 3: element 0 overruns its bounds (stack: [5 3])'],
    ],
    [
      'a key beyond its page',
      (f) => f.element(3, 21).writeUInt32LE(0xffffffff, 4),
      ['page 3: element 21 overruns its bounds (stack: [5 3])'],
    ],
    [
      'a value beyond its page',
      (f) => f.element(3, 21).writeUInt32LE(0x7fffffff, 12),
      ['page 3: element 21 overruns its bounds (stack: [5 3])'],
    ],
    [
      'elements that share bytes',
      (f) => f.element(3, 1).writeUInt32LE(f.element(3, 1).readUInt32LE(4) - 1, 4),
      ['page 3: element 1 overruns its bounds (stack: [5 3])'],
    ],
    [
      'a branch without elements',
      (f) => f.page(5).writeUInt16LE(0, 10),
      [
        'page 5: a branch page without elements (stack: [5])',
        'page 2: unreachable unfreed',
        'page 3: unreachable unfreed',
        'page 4: unreachable unfreed',
      ],
    ],
    [
      'overflow pages beyond the high-water mark',
      (f) => f.page(4).writeUInt32LE(4, 12),
      ['page 4: its 4 overflow pages are out of bounds: 8 (stack: [5 4])', 'page 4: unreachable unfreed'],
    ],
    [
      'overflow pages that are others',
      (f) => f.page(2).writeUInt32LE(1, 12),
      ['page 3: multiple references (stack: [5 3])'],
    ],
    ['a free page in the tree', (f) => setFreelist(f, [3]), ['page 3: reachable freed']],
    [
      'a page free twice',
      (f) => (f.setMeta({ pageCount: 8 }), setFreelist(f, [4, 4])),
      ['page 4: already freed', 'page 4: reachable freed'],
    ],
    ['a free page beyond the high-water mark', (f) => setFreelist(f, [8]), ['page 8: freed out of bounds']],
    ['a meta page free', (f) => setFreelist(f, [0]), ['page 0: freed out of bounds']],
    [
      'a freelist longer than its page',
      (f) => f.page(7).writeUInt16LE(0xfff0, 10),
      ['page 7: more free page ids than the freelist can hold (stack: [7])'],
    ],
    [
      'a freelist of 2^64 pages',
      (f) => (f.page(7).writeUInt16LE(0xffff, 10), f.page(7).fill(0xff, 16, 24)),
      ['page 7: more free page ids than the freelist can hold (stack: [7])'],
    ],
    [
      'a leaf for a freelist',
      (f) => f.setMeta({ freelistPage: 4 }),
      ['page 4: invalid freelist page, page type is leaf (stack: [4])', 'page 7: unreachable unfreed'],
    ],
    [
      'keys out of order on a leaf',
      (f) => setKey(f, 3, 5, 0x10),
      ['key[5]=(hex)10 on leaf page(3) needs to be > (found <) than previous element (hex)1a. Stack: [5 3]'],
    ],
    [
      'a key twice on a leaf',
      (f) => setKey(f, 3, 5, 0x1a),
      ['key[5]=(hex)1a on leaf page(3) needs to be > (found =) than previous element (hex)1a. Stack: [5 3]'],
    ],
    [
      'a leaf that starts before its branch says',
      (f) => setKey(f, 3, 0, 0x02),
      ['the first key[0]=(hex)02 on leaf page(3) needs to be >= the key in the ancestor (16). Stack: [5 3]'],
    ],
    [
      'a leaf that goes on into the next',
      (f) => setKey(f, 3, 21, 0x2c),
      [
        'key[21]=(hex)2c on leaf page(3) needs to be < than key of the next element in ancestor (hex)2c. Pages stack: [5 3]',
        'key[2]=(hex)2c on branch page(4) needs to be > (found =) than previous element (hex)2c. Stack: [5]',
      ],
    ],
    [
      'keys out of order on a branch',
      (f) => setKey(f, 5, 2, 0x01),
      [
        ...Array.from(
          { length: PER_LEAF },
          (_, i) =>
            `key[${i}]=(hex)${(PER_LEAF + i).toString(16)} on leaf page(3) needs to be < than key of the next element in ancestor (hex)01. Pages stack: [5 3]`,
        ),
        'key[2]=(hex)01 on branch page(4) needs to be > (found <) than previous element (hex)2b. Stack: [5]',
      ],
    ],
  ])('finds %s', (_, damage, expected) => {
    const file = sample();
    damage(file);
    expect(problemsOf(file.open())).toEqual(expected);
  });

  it('names an inline bucket that is broken', () => {
    const file = new DamagedFile(fileWith({ aa: { '01': 'bb' } }));
    const value = file.page(2).subarray(16 + 16 + 1);
    value.writeUInt16LE(PER_LEAF, 16 + 10);
    expect(problemsOf(file.open())).toEqual(['page 0: 22 elements overrun its 34 bytes (stack: [0])']);
    value.writeUInt16LE(1, 16 + 8);
    expect(problemsOf(file.open())).toEqual(['page 0: invalid type: branch (stack: [0])']);
    file.element(2, 0).writeUInt32LE(8, 12);
    expect(problemsOf(file.open())).toEqual(['bucket header of 8 bytes (stack: [2])']);
  });

  it('takes what no tree leads to as free where no list was written', () => {
    const file = sample();
    file.setMeta({ freelistPage: undefined });
    expect(problemsOf(file.open())).toEqual([]);
    const checker = new Checker(file.open());
    for (const steps = checker.run(); !steps.next().done; );
    expect([...checker.reachable.missing()]).toEqual([7]);
    expect(checker.pagesSeen).toBe(7);
  });

  it('shows each sound leaf of each bucket once, in order', () => {
    const tree: Tree = { aa: KEYS, bb: { '01': 'cc', '02': { '03': 'dd' } }, cc: {} };
    const seen: string[] = [];
    const visit = (path: string) => ({
      leaf: (page: { count: number; isBucket(i: number): boolean; key(i: number): Buffer }) => {
        for (let i = 0; i < page.count; i++) if (!page.isBucket(i)) seen.push(`${path}/${page.key(i).toString('hex')}`);
      },
      bucket: (name: Buffer) => visit(`${path}/${name.toString('hex')}`),
    });
    const checker = new Checker(databaseOf(fileWith(tree, { pageSize: 1024 })));
    for (const steps = checker.run(visit('')); !steps.next().done; );
    expect(seen).toEqual([
      ...Object.keys(KEYS)
        .sort()
        .map((key) => `/aa/${key}`),
      '/bb/01',
      '/bb/02/03',
    ]);
  });

  it('keeps a thousand messages of however many problems', () => {
    const file = new DamagedFile(
      fileWith({
        aa: Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [i.toString(16).padStart(6, '0'), 'ee'])),
      }),
    );
    for (let id = 2; id < file.meta.pageCount; id++) if (file.page(id).readUInt16LE(8) === 2) scramble(file, id);
    const checker = new Checker(file.open());
    for (const steps = checker.run(); !steps.next().done; );
    expect(checker.problems.count).toBeGreaterThan(2000);
    expect(checker.problems.messages).toHaveLength(1000);
  });
});

/** Makes every key on a leaf of three-byte keys the same. */
function scramble(file: DamagedFile, id: number): void {
  for (let i = 0; i < file.page(id).readUInt16LE(10); i++) {
    const element = file.element(id, i);
    if (element.readUInt32LE(8) === 3)
      file.page(id).fill(0x77, 16 + i * 16 + element.readUInt32LE(4), 16 + i * 16 + element.readUInt32LE(4) + 3);
  }
}

function setFreelist(file: DamagedFile, ids: number[]): void {
  file.page(7).writeUInt16LE(ids.length, 10);
  ids.forEach((id, i) => file.page(7).writeBigUInt64LE(BigInt(id), 16 + i * 8));
}
