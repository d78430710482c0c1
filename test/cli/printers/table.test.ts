import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draw } from '../../../src/cli/printers/table/draw.ts';
import { fit } from '../../../src/cli/printers/table/fit.ts';
import { displayWidth } from '../../../src/cli/printers/table/width.ts';
import { wrap } from '../../../src/cli/printers/table/wrap.ts';

describe('displayWidth', () => {
  const cases: [string, number][] = [
    ['', 0],
    ['abc', 3],
    ['two\nlines', 5],
    ['é', 1],
    ['日本', 4],
    ['😀 x', 4],
    ['\u001b[31mred\u001b[39m', 3],
    ['│ a │', 5],
  ];
  for (const [text, width] of cases) {
    it(`of ${JSON.stringify(text)} is ${width}`, () => expect(displayWidth(text)).toBe(width));
  }
});

describe('wrap', () => {
  const cases: [text: string, width: number, lines: string[]][] = [
    ['', 5, ['']],
    ['fits', 4, ['fits']],
    ['context deadline exceeded', 16, ['context deadline', 'exceeded']],
    ['context deadline exceeded', 10, ['context', 'deadline', 'exceeded']],
    ['http://a:1,http://b:1', 12, ['http://a:1,', 'http://b:1']],
    ['abcdefgh', 3, ['abc', 'def', 'gh']],
    ['a\nbcd', 2, ['a', 'bc', 'd']],
    ['日本語', 4, ['日本', '語']],
    ['日本', 1, ['日', '本']],
    ['PERCENTAGE NOT IN USE', 10, ['PERCENTAGE', 'NOT IN USE']],
  ];
  for (const [text, width, lines] of cases) {
    it(`${JSON.stringify(text)} to ${width}`, () => expect(wrap(text, width)).toEqual(lines));
  }

  it('loses nothing but the spaces at which it breaks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (text, width) => {
        const clean = text.replaceAll('\n', '');
        expect(wrap(clean, width).join('').replaceAll(/\s/g, '')).toBe(clean.replaceAll(/\s/g, ''));
      }),
    );
  });
});

const widthOf = (block: readonly { width: number }[]): number => block.reduce((sum, { width }) => sum + width + 3, 1);
const columnsOf = (blocks: ReturnType<typeof fit>): number[][] =>
  blocks.map((block) => block.map(({ column }) => column));

describe('fit', () => {
  it('leaves columns that fit as they are', () => {
    expect(fit([{ title: 2, titleWord: 2, cell: 16 }], 20)).toEqual([[{ column: 0, width: 16 }]]);
  });

  it('narrows the widest column first', () => {
    const widths = [
      { title: 2, titleWord: 2, cell: 16 },
      { title: 10, titleWord: 5, cell: 60 },
      { title: 12, titleWord: 6, cell: 50 },
    ];
    expect(fit(widths, 100)).toEqual([
      [
        { column: 0, width: 16 },
        { column: 1, width: 37 },
        { column: 2, width: 37 },
      ],
    ]);
  });

  it('then begins another block with the first column', () => {
    const widths = Array.from({ length: 4 }, () => ({ title: 8, titleWord: 8, cell: 20 }));
    expect(columnsOf(fit(widths, 70))).toEqual([
      [0, 1, 2],
      [0, 3],
    ]);
  });

  it('goes below what is legible only if nothing else helps', () => {
    const widths = [
      { title: 8, titleWord: 8, cell: 20 },
      { title: 8, titleWord: 8, cell: 20 },
    ];
    const [block] = fit(widths, 25);
    expect(block?.map(({ width }) => width)).toEqual([9, 9]);
  });

  const column = fc
    .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 200 }))
    .map(([title, word, cell]) => ({ title: Math.max(title, word), titleWord: word, cell }));

  it('shows every column, within the width', () => {
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 16 }),
        fc.integer({ min: 9, max: 240 }),
        (widths, columns) => {
          const blocks = fit(widths, columns);
          for (const block of blocks) expect(widthOf(block)).toBeLessThanOrEqual(columns);
          const shown = columnsOf(blocks).flatMap(([first, ...rest]) => {
            expect(first).toBe(0);
            return rest;
          });
          expect(shown).toEqual(widths.map((_, index) => index).slice(1));
        },
      ),
    );
  });
});

describe('draw', () => {
  const members = {
    head: ['ID', 'STATUS', 'NAME', 'PEER ADDRS', 'IS LEARNER'],
    rows: [
      ['3f7f179fab12ca35', 'started', 'm1', 'http://127.0.0.1:31112,http://[::1]:31112', 'false'],
      ['cdb318a1820aea2', 'unstarted', '', 'http://127.0.0.1:31153', 'true'],
    ],
  };

  it('wraps the widest column to fit the terminal', () => {
    expect(draw(members, 80)).toBe(`┌──────────────────┬───────────┬──────┬─────────────────────────┬────────────┐
│        ID        │  STATUS   │ NAME │       PEER ADDRS        │ IS LEARNER │
├──────────────────┼───────────┼──────┼─────────────────────────┼────────────┤
│ 3f7f179fab12ca35 │   started │   m1 │ http://127.0.0.1:31112, │      false │
│                  │           │      │      http://[::1]:31112 │            │
│  cdb318a1820aea2 │ unstarted │      │  http://127.0.0.1:31153 │       true │
└──────────────────┴───────────┴──────┴─────────────────────────┴────────────┘
`);
  });

  it('draws a second table where one is too wide', () => {
    expect(draw(members, 60)).toBe(`┌──────────────────┬───────────┬──────┐
│        ID        │  STATUS   │ NAME │
├──────────────────┼───────────┼──────┤
│ 3f7f179fab12ca35 │   started │   m1 │
│  cdb318a1820aea2 │ unstarted │      │
└──────────────────┴───────────┴──────┘
┌──────────────────┬─────────────────────────┬────────────┐
│        ID        │       PEER ADDRS        │ IS LEARNER │
├──────────────────┼─────────────────────────┼────────────┤
│ 3f7f179fab12ca35 │ http://127.0.0.1:31112, │      false │
│                  │      http://[::1]:31112 │            │
│  cdb318a1820aea2 │  http://127.0.0.1:31153 │       true │
└──────────────────┴─────────────────────────┴────────────┘
`);
  });

  it('takes what it needs on a wide terminal and on none', () => {
    expect(draw(members, 500)).toBe(draw(members, undefined));
  });

  it('puts cells of several lines and of wide characters in place', () => {
    const text = draw(
      {
        head: ['A', 'B'],
        rows: [
          ['日本', '  one\n\ttwo  x\n'],
          ['x', ' '],
        ],
      },
      undefined,
    );
    expect(text).toBe(`┌──────┬────────┐
│  A   │   B    │
├──────┼────────┤
│ 日本 │    one │
│      │ two  x │
│    x │        │
└──────┴────────┘
`);
  });

  it('fits any terminal, whatever the cells', () => {
    const cell = fc.string({ unit: 'grapheme-ascii', maxLength: 60 });
    const rows = fc
      .array(fc.tuple(cell, cell, cell), { maxLength: 4 })
      .map((tuples) => tuples.map((row) => Array.from(row)));
    fc.assert(
      fc.property(rows, fc.integer({ min: 12, max: 120 }), (drawn, columns) => {
        const text = draw({ head: ['FIRST', 'SECOND TITLE', 'THIRD'], rows: drawn }, columns);
        for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        expect(text).not.toContain('…');
      }),
      { numRuns: 50 },
    );
  });
});
