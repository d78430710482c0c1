/**
 * Finds out what became of writes that were not answered. Each writes a value of its own, so that the chronicle shows
 * whether and when it happened; only deletes leave no such trace, and stay open. Without this a checker has to think
 * of every moment at which each of them may have happened.
 */
import type { KvOperation, Request, Response, Result } from './requests.ts';
import type { Chronicle } from './watch-record.ts';

/** After all that was answered: when it happened is known by its revision, not by a time. */
const SOME_TIME = Number.MAX_VALUE;

export function resolve(operations: readonly KvOperation[], chronicle: Chronicle): KvOperation[] {
  return operations.flatMap((operation) => {
    const { request, returned } = operation;
    const mark = request.success.find((step) => step.kind === 'put');
    if (returned !== undefined || mark?.kind !== 'put') return [operation];
    const trace = chronicle.find(({ key, stored }) => key === mark.key && stored.value === mark.value);
    if (!trace) return [];
    return [{ ...operation, returned: { at: SOME_TIME, response: responseAt(request, trace.stored.mod, chronicle) } }];
  });
}

function responseAt(request: Request, revision: bigint, chronicle: Chronicle): Response {
  const results = request.success.map((step): Result => {
    if (step.kind === 'get') throw new Error('no write of a simulation reads');
    if (step.kind === 'put') return { kind: 'put' };
    const isDeleted = chronicle.some(
      ({ type, key, stored }) => type === 'delete' && key === step.key && stored.mod === revision,
    );
    return { kind: 'delete', deleted: isDeleted ? 1n : 0n };
  });
  return { revision, succeeded: true, results };
}
