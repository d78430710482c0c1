import { sameStored } from '../history/store-model.ts';
import { eventsOf, nameOf } from '../history/watch-record.ts';
import { watchCheck } from './check.ts';

export const watchTrue = watchCheck('[inv 25] watches tell of what happened, as it was', (watch, chronicle) => {
  const happened = new Map(chronicle.map((event) => [nameOf(event), event]));
  return eventsOf(watch).flatMap((event) => {
    const real = happened.get(nameOf(event));
    if (!real) return [`was told of ${nameOf(event)}, which never happened`];
    if (event.type === 'put' && !sameStored(real.stored, event.stored))
      return [`was told ${nameOf(event)} is ${event.stored.value}, and it is ${real.stored.value}`];
    return [];
  });
});
