import { eventsOf, nameOf } from '../history/watch-record.ts';
import { watchCheck } from './check.ts';

export const watchOrdered = watchCheck('[inv 25] watches are ordered', (watch) => {
  const events = eventsOf(watch);
  return events.flatMap((event, at) => {
    const before = events[at - 1];
    return before && before.stored.mod > event.stored.mod ? [`${nameOf(event)} came after ${nameOf(before)}`] : [];
  });
});
