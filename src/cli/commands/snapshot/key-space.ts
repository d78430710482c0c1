import type { Database, KeyRange } from '../../../snapshot/index.ts';
import type { Context } from '../../context.ts';
import type { KeyRange as WireRange } from '../ranges.ts';
import { type SourceOptions, withSource } from './source.ts';

/** Opens a database for its keys. */
export async function withKeys<T>(
  context: Pick<Context, 'io'>,
  source: SourceOptions,
  work: (database: Database, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { openDatabase } = await import('../../../snapshot/index.ts');
  return withSource(context, source, async (path, signal) => {
    const database = openDatabase(path);
    try {
      return await work(database, signal);
    } finally {
      database.close();
    }
  });
}

/** A range of the wire (no end: one key; a zero byte: to the last one) as one of a file. */
export function storedRange({ key, range_end: end }: WireRange): KeyRange {
  if (end.length === 0) return { start: key, end: Buffer.concat([key, Uint8Array.of(0)]) };
  return { start: key, end: end.length === 1 && end[0] === 0 ? undefined : end };
}
