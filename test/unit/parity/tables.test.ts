import { describe, expect, it } from 'vitest';
import { canonicalTable, drawTable } from '../../parity/harness/tables.ts';

const BOX = `┌──────┬───────────────┐
│  ID  │     NAME      │
├──────┼───────────────┤
│ 3f7f │            m1 │
│    a │ something née │
└──────┴───────────────┘
`;
const ASCII = `+------+------+
|  ID  | NAME |
+------+------+
| 3f7f |   m1 |
+------+------+
`;

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

describe('canonicalTable', () => {
  it('reduces a table to its cells', () => {
    expect(canonicalTable(latin1(BOX))).toBe(latin1('TABLE\nID | NAME\n3f7f | m1\na | something née\n'));
  });

  it('knows the older style too', () => {
    expect(canonicalTable(ASCII)).toBe('TABLE\nID | NAME\n3f7f | m1\n');
  });

  it('knows a table without rows', () => {
    expect(canonicalTable(latin1('┌────┐\n│ ID │\n├────┤\n└────┘\n'))).toBe('TABLE\nID\n');
  });

  it.each([
    ['a cell to the left', BOX.replace('│            m1 │', '│ m1            │')],
    ['a header off its centre', BOX.replace('│     NAME      │', '│      NAME     │')],
    ['a line too wide', BOX.replace('┌──────┬', '┌───────┬')],
    ['no last line end', BOX.trimEnd()],
    ['text before it', `note\n${BOX}`],
  ])('leaves a badly drawn table as it is: %s', (_, text) => {
    expect(canonicalTable(latin1(text))).toBe(latin1(text));
  });

  it('leaves text and bytes as they are', () => {
    expect(canonicalTable('foo\nbar\n')).toBe('foo\nbar\n');
    expect(canonicalTable('\xff\x00|')).toBe('\xff\x00|');
  });
});

describe('drawTable', () => {
  it('sizes columns to their widest cell', () => {
    expect(
      drawTable({
        header: ['ID', 'NAME'],
        rows: [
          ['3f7f', 'm1'],
          ['a', 'something née'],
        ],
      }),
    ).toBe(BOX);
  });
});
