import { sameStored } from '../history/store-model.ts';
import type { Check } from './check.ts';
import { replay } from './replay.ts';

/** A read of the past sees the past as it was; one that may lag sees some moment of it, whole. */
export const staleReads: Check = {
  title: '[inv 19] [inv 24] reads at a revision see what was then, lagging reads see one moment',
  find: ({ staleReads: reads, chronicle }) => {
    const states = replay(chronicle);
    return reads.flatMap(({ request, atRevision, response }) => {
      const revision = atRevision === 0n ? response.revision : atRevision;
      const keys = states.at(revision);
      return request.success.flatMap(({ key }, index) => {
        const result = response.results[index];
        if (result?.kind !== 'get' || sameStored(result.stored, keys.get(key))) return [];
        return [`${key} at ${revision} was read as ${result.stored?.value}, and was ${keys.get(key)?.value}`];
      });
    });
  },
};
