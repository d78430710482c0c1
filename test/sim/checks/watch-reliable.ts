import { due, eventsOf, nameOf } from '../history/watch-record.ts';
import { watchCheck } from './check.ts';

/** Up to the last event that it was told of. */
export const watchReliable = watchCheck('[inv 25] [inv 28] watches leave nothing out', (watch, chronicle) => {
  const told = eventsOf(watch);
  const last = told.at(-1)?.stored.mod;
  if (last === undefined) return [];
  const names = new Set(told.map(nameOf));
  const missing = due(watch, chronicle, last).filter((event) => !names.has(nameOf(event)));
  return missing.map((event) => `was not told of ${nameOf(event)}`);
});
