import { sameStored } from '../history/store-model.ts';
import { eventsOf, nameOf } from '../history/watch-record.ts';
import { watchCheck } from './check.ts';
import { replay } from './replay.ts';

export const watchPrevKv = watchCheck('[inv 30] what was before is what was before', (watch, chronicle) => {
  const states = replay(chronicle);
  return eventsOf(watch).flatMap((event) => {
    if (!watch.spec.prevKv) return event.prev ? [`${nameOf(event)} came with what was before, unasked`] : [];
    const before = states.at(event.stored.mod - 1n).get(event.key);
    return sameStored(event.prev, before)
      ? []
      : [`${nameOf(event)} came with ${event.prev?.value}, not ${before?.value}`];
  });
});
