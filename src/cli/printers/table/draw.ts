import Table from 'cli-table3';
import type { Rows } from '../rows.ts';
import { type Block, fit } from './fit.ts';
import { displayWidth } from './width.ts';
import { wrap } from './wrap.ts';

/**
 * A list as a table, or as several below each other if one would be wider than the terminal.
 * @param columns the terminal's width; without it the table takes what it needs, on one line per row
 */
export function draw({ head, rows }: Rows, columns: number | undefined): string {
  const cells = rows.map((row) => row.map(tidy));
  const whole = render(head, cells);
  if (columns === undefined || displayWidth(whole) <= columns) return whole;
  const widths = head.map((title, column) => ({
    title: displayWidth(title),
    titleWord: Math.max(...title.split(' ').map(displayWidth)),
    cell: Math.max(0, ...cells.map((row) => displayWidth(row[column] ?? ''))),
  }));
  return fit(widths, columns)
    .map((block) => renderBlock(block, head, cells))
    .join('');
}

/** Cells carry no outer space and no tabs: the frame gives them their place. */
function tidy(cell: string): string {
  const lines = cell.trim().split('\n');
  return lines.map((line) => line.trim().replaceAll('\t', '    ')).join('\n');
}

function renderBlock(block: Block, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const pick = (row: readonly string[]): string[] =>
    block.map(({ column, width }) => wrap(row[column] ?? '', width).join('\n'));
  return render(pick(head), rows.map(pick));
}

function render(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    // Titles are centred; where the space around one is odd, more of it goes to the right.
    colAligns: head.map(() => 'center'),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => row.map((content) => ({ content, hAlign: 'right' as const }))));
  return `${table.toString()}\n`;
}
