/** etcd's key space as a model: every revision must be right, so few orders are possible. */
import type { Model } from './linearizable.ts';
import { type Chronicle, nameOf } from './watch-record.ts';
import type { Request, Response, Result, Step, Stored } from './requests.ts';

export interface StoreState {
  readonly revision: bigint;
  readonly keys: ReadonlyMap<string, Stored>;
}

export const EMPTY_STORE: StoreState = { revision: 1n, keys: new Map() };

/**
 * @param initial the store when the history began
 * @param chronicle if given: what happened unanswered must stand there, at its revision
 */
export function storeModel(
  initial: StoreState = EMPTY_STORE,
  chronicle?: Chronicle,
): Model<StoreState, Request, Response> {
  const happened = chronicle && new Set(chronicle.map(nameOf));
  return {
    initial,
    step: (state, request, response) => {
      const after = play(state, request);
      if (response !== undefined) return isSame(after.response, response) ? after.state : undefined;
      if (happened === undefined || after.state === state) return after.state;
      const { revision } = after.state;
      const steps = after.response.succeeded ? request.success : request.failure;
      return steps.some(({ kind, key }) => happened.has(`${kind} ${key}@${revision}`)) ? after.state : undefined;
    },
    keyOf: ({ revision, keys }) =>
      `${revision} ${[...keys]
        .map(([key, { value, create, mod, version }]) => `${key}=${value}/${create}/${mod}/${version}`)
        .sort()
        .join(' ')}`,
  };
}

/** What a store does and says. */
export function play(
  before: StoreState,
  { when, success, failure }: Request,
): { state: StoreState; response: Response } {
  const succeeded = when.every(({ key, mod }) => (before.keys.get(key)?.mod ?? 0n) === mod);
  const next = { revision: before.revision + 1n, keys: new Map(before.keys), hasChanged: false };
  const results = (succeeded ? success : failure).map((step) => apply(next, step));
  const revision = next.hasChanged ? next.revision : before.revision;
  return {
    state: next.hasChanged ? { revision, keys: next.keys } : before,
    response: { revision, succeeded, results },
  };
}

function apply(next: { revision: bigint; keys: Map<string, Stored>; hasChanged: boolean }, step: Step): Result {
  const old = next.keys.get(step.key);
  if (step.kind === 'get') return { kind: 'get', stored: old };
  if (step.kind === 'put') {
    const { create, version } = old ?? { create: next.revision, version: 0n };
    next.keys.set(step.key, { value: step.value, create, mod: next.revision, version: version + 1n });
    next.hasChanged = true;
    return { kind: 'put' };
  }
  next.hasChanged ||= old !== undefined;
  next.keys.delete(step.key);
  return { kind: 'delete', deleted: old ? 1n : 0n };
}

function isSame(one: Response, other: Response): boolean {
  if (one.revision !== other.revision || one.succeeded !== other.succeeded) return false;
  return (
    one.results.length === other.results.length && one.results.every((result, at) => equal(result, other.results[at]!))
  );
}

function equal(one: Result, other: Result): boolean {
  if (one.kind === 'put') return other.kind === 'put';
  if (one.kind === 'delete') return other.kind === 'delete' && one.deleted === other.deleted;
  return other.kind === 'get' && sameStored(one.stored, other.stored);
}

export function sameStored(one: Stored | undefined, other: Stored | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return (
    one.value === other.value && one.create === other.create && one.mod === other.mod && one.version === other.version
  );
}
