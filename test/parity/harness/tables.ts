/**
 * Tables as etcdctl draws them, taken apart. A table that is drawn exactly as
 * its cells require is replaced by the cells alone, so that a cell can be
 * normalised without the widths of all others changing with it.
 */

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface Style {
  readonly vertical: string;
  readonly top: readonly [string, string, string];
  readonly middle: readonly [string, string, string];
  readonly bottom: readonly [string, string, string];
  readonly horizontal: string;
}

const BOX: Style = {
  vertical: '│',
  horizontal: '─',
  top: ['┌', '┬', '┐'],
  middle: ['├', '┼', '┤'],
  bottom: ['└', '┴', '┘'],
};

const PLUSES = ['+', '+', '+'] as const;
const ASCII: Style = { vertical: '|', horizontal: '-', top: PLUSES, middle: PLUSES, bottom: PLUSES };

/** Rewrites a table as `TABLE` and lines of cells; text (as latin1) that is no well-drawn table stays as it is. */
export function canonicalTable(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  for (const style of [BOX, ASCII]) {
    const table = parseTable(text, style);
    if (table && drawTable(table, style) === text) return Buffer.from(showTable(table)).toString('latin1');
  }
  return latin1;
}

export function showTable({ header, rows }: Table): string {
  return ['TABLE', header.join(' | '), ...rows.map((row) => row.join(' | ')), ''].join('\n');
}

/** Draws as etcd 3.7 does: header centred, cells to the right, one space of padding. */
export function drawTable({ header, rows }: Table, style: Style = BOX): string {
  const widths = header.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map(width)),
  );
  const rule = ([left, cross, right]: readonly [string, string, string]): string =>
    left + widths.map((cells) => style.horizontal.repeat(cells + 2)).join(cross) + right;
  const line = (cells: readonly string[]): string =>
    `${style.vertical} ${cells.join(` ${style.vertical} `)} ${style.vertical}`;
  return [
    rule(style.top),
    line(header.map((title, column) => centre(title, widths[column] ?? 0))),
    rule(style.middle),
    ...rows.map((row) => line(row.map((cell, column) => ' '.repeat((widths[column] ?? 0) - width(cell)) + cell))),
    rule(style.bottom),
    '',
  ].join('\n');
}

function parseTable(text: string, style: Style): Table | undefined {
  const lines = text.split('\n').filter((line) => line.startsWith(style.vertical));
  const [header, ...rows] = lines.map((line) =>
    line
      .split(style.vertical)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return header && { header, rows };
}

function centre(text: string, columns: number): string {
  const spare = columns - width(text);
  return ' '.repeat(Math.floor(spare / 2)) + text + ' '.repeat(Math.ceil(spare / 2));
}

function width(text: string): number {
  return Array.from(text).length;
}
