import { openDatabase } from '../../src/bbolt/index.ts';

/** All that a database holds, as text to compare. */
export function databaseText(path: string): string[] {
  const database = openDatabase(path);
  const lines: string[] = [];
  for (const { name, bucket } of database.root.buckets()) {
    lines.push(`[${name.toString()}]`);
    const cursor = bucket.cursor();
    for (let found = cursor.first(); found; found = cursor.next()) {
      lines.push(`${cursor.key.toString('latin1')} = ${cursor.value.toString('latin1')}`);
    }
  }
  database.close();
  return lines;
}
