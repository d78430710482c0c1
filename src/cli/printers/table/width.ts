import Table from 'cli-table3';

const frameWidth = 4;

/** Places that a text takes on a terminal; of several lines the widest counts. */
export function displayWidth(text: string): number {
  if (/^[\n -~]*$/.test(text)) return Math.max(...text.split('\n').map((line) => line.length));
  const table = new Table({ style: { border: [] } });
  table.push([text]);
  return table.width - frameWidth;
}
