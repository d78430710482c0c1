import { due, nameOf } from '../history/watch-record.ts';
import { watchCheck } from './check.ts';

/** A response without events says: all up to its revision has been told. */
export const watchBookmarkable = watchCheck('[inv 25] progress is never ahead of events', (watch, chronicle) => {
  const problems: string[] = [];
  const told = new Set<string>();
  let bookmark = 0n;
  for (const { events, revision } of watch.responses) {
    for (const event of events) {
      if (event.stored.mod <= bookmark) problems.push(`${nameOf(event)} came after the progress to ${bookmark}`);
      told.add(nameOf(event));
    }
    if (events.length > 0) continue;
    const missing = due(watch, chronicle, revision).filter((event) => !told.has(nameOf(event)));
    problems.push(...missing.map((event) => `progress to ${revision} came before ${nameOf(event)}`));
    if (revision > bookmark) bookmark = revision;
  }
  return problems;
});
