import { due, eventsOf, nameOf } from '../history/watch-record.ts';
import { watchCheck } from './check.ts';

/** Including: nothing from before the beginning, however far the member that serves it may be. */
export const watchResumable = watchCheck(
  '[inv 25] [inv 26] watches begin where they were told to',
  (watch, chronicle) => {
    const first = eventsOf(watch)[0];
    if (!first) return [];
    const { spec, createdAt } = watch;
    const from = spec.start > 0n ? spec.start : (createdAt ?? 0n) + 1n;
    if (first.stored.mod < from) return [`began with ${nameOf(first)}, before ${from}`];
    const wanted = due(watch, chronicle, first.stored.mod)[0];
    return wanted && nameOf(wanted) !== nameOf(first) && wanted.stored.mod < first.stored.mod
      ? [`began with ${nameOf(first)}, and not with ${nameOf(wanted)}`]
      : [];
  },
);
