/** What is known of a column before it is laid out, in places on the terminal. */
export interface ColumnWidths {
  readonly title: number;
  /** The longest word of the title. */
  readonly titleWord: number;
  /** The widest cell. */
  readonly cell: number;
}

/** Columns that stand beside each other. */
export type Block = readonly Placed[];

interface Placed {
  /** Index among all columns. */
  readonly column: number;
  readonly width: number;
}

// Room for an address or an ID on one line; only longer cells, lists of URLs or errors, are wrapped.
const cellFloor = 24;

/**
 * Lays columns out within a width: first the widest are made narrower, so that
 * their cells wrap; if that is not enough, the columns go into several blocks,
 * each beginning with the first column, which says what a row is about.
 * @param columns places that a block may take, its frame included
 */
export function fit(widths: readonly ColumnWidths[], columns: number): readonly Block[] {
  const wanted = widths.map(({ title, cell }) => Math.max(title, cell));
  const floors = widths.map(({ titleWord, cell }) => Math.max(titleWord, Math.min(cell, cellFloor)));
  return split(floors, columns).map((members) => {
    const fitted = shrink(
      members.map((column) => wanted[column] ?? 0),
      members.map((column) => floors[column] ?? 0),
      columns,
    );
    return members.map((column, index) => ({ column, width: fitted[index] ?? 1 }));
  });
}

/** Which columns share a block when each is as narrow as it may get. */
function split(floors: readonly number[], columns: number): number[][] {
  let members = [0];
  const blocks = [members];
  for (let column = 1; column < floors.length; column++) {
    const together = [...members, column].map((member) => floors[member] ?? 0);
    if (members.length > 1 && blockWidth(together) > columns) {
      members = [0];
      blocks.push(members);
    }
    members.push(column);
  }
  return blocks;
}

/** Takes from the widest column, place by place, until the block fits; below the floors only if nothing else helps. */
function shrink(wanted: readonly number[], floors: readonly number[], columns: number): number[] {
  const widths = [...wanted];
  for (const limits of [floors, floors.map(() => 1)]) {
    while (blockWidth(widths) > columns) {
      const widest = indexOfWidest(widths, limits);
      if (widest === undefined) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  }
  return widths;
}

function indexOfWidest(widths: readonly number[], limits: readonly number[]): number | undefined {
  let widest: number | undefined;
  widths.forEach((width, index) => {
    if (width > (limits[index] ?? 0) && width > (widest === undefined ? 0 : (widths[widest] ?? 0))) widest = index;
  });
  return widest;
}

/** A cell has a space on either side and a line after it; one more line begins the block. */
const blockWidth = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width + 3, 1);
