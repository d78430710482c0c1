import { Checker, type Database, type Problems, runSteps } from '../bbolt/index.ts';
import { SnapshotError } from './errors.ts';

/** Goes through every page of a database. @throws SnapshotError `invalid`, with all that is wrong; the signal's reason */
export async function checkPages(database: Database, signal: AbortSignal | undefined): Promise<void> {
  const problems = await runSteps(new Checker(database).run(), { signal });
  if (problems.count > 0) throw integrityError(problems);
}

/** What is wrong with pages, in the words of etcdutl. */
export function integrityError({ count, messages }: Problems): SnapshotError {
  const more = count > messages.length ? [`and ${count - messages.length} more`] : [];
  const lines = [`snapshot file integrity check failed. ${count} errors found.`, ...messages, ...more];
  return new SnapshotError('invalid', lines.join('\n'));
}
