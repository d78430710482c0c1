import { eventsOf } from '../history/watch-record.ts';
import { watchCheck } from './check.ts';

export const watchUnique = watchCheck('[inv 25] watches tell of nothing twice', (watch) => {
  const seen = new Set<string>();
  return eventsOf(watch).flatMap(({ key, type, stored }) => {
    // A transaction writes no key twice: a key has one event a revision.
    const name = `${key}@${stored.mod}`;
    const isRepeated = seen.has(name);
    seen.add(name);
    return isRepeated ? [`${type} ${name} came twice`] : [];
  });
});
