import { eventsOf, nameOf, wants } from '../history/watch-record.ts';
import { watchCheck } from './check.ts';

export const watchFilter = watchCheck('[inv 25] watches tell of what was asked for alone', (watch) =>
  eventsOf(watch).flatMap((event) => (wants(watch.spec, event) ? [] : [`did not ask for ${nameOf(event)}`])),
);
