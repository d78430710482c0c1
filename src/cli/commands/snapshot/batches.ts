import type { Format } from '../../printers/printer.ts';

const batchLength = 1000;

/**
 * Prints items as they come, some at a time, so that there may be any number. Only a table must have them all, for its
 * columns fit the widest.
 */
export async function printInBatches<T>(
  items: AsyncIterable<T>,
  format: Format,
  print: (batch: readonly T[]) => void,
): Promise<number> {
  const isWhole = format === 'table';
  let batch: T[] = [];
  let count = 0;
  for await (const item of items) {
    count++;
    batch.push(item);
    if (isWhole || batch.length < batchLength) continue;
    print(batch);
    batch = [];
  }
  if (isWhole || batch.length > 0) print(batch);
  return count;
}
