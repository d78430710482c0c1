import { isReadOnly } from '../history/requests.ts';
import type { Check } from './check.ts';

/** What was answered is what happened: the writes acknowledged stand in the chronicle, each at its own revision. */
export const chronicled: Check = {
  title: '[inv 14] every acknowledged write has a revision of its own, and stays',
  find: ({ operations, chronicle }) => {
    const problems: string[] = [];
    const owners = new Map<bigint, number>();
    for (const [at, { request, returned }] of operations.entries()) {
      if (!returned || isReadOnly(request)) continue;
      const { revision, succeeded, results } = returned.response;
      const steps = succeeded ? request.success : request.failure;
      const written = steps.filter(({ kind }, index) => {
        const result = results[index];
        return kind === 'put' || (result?.kind === 'delete' && result.deleted > 0n);
      });
      if (written.length === 0) continue;
      if (owners.has(revision))
        problems.push(`operations ${owners.get(revision)} and ${at} share revision ${revision}`);
      owners.set(revision, at);
      for (const { kind, key } of written) {
        const isThere = chronicle.some(
          (event) => event.type === kind && event.key === key && event.stored.mod === revision,
        );
        if (!isThere) problems.push(`${kind} ${key} was acknowledged at ${revision}, and is not there`);
      }
    }
    return problems;
  },
};
