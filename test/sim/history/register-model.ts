/**
 * Keys as registers, without any trust in revisions: only values count, and each group of keys that transactions tie
 * together is a history of its own.
 */
import { checkLinearizable, type Model, Undecided } from './linearizable.ts';
import { type KvOperation, keysOf, type Request, type Response, type Step } from './requests.ts';

type Registers = ReadonlyMap<string, string>;

/**
 * Conditions name revisions, which this model does not know: whether they held is taken from the answer, and where
 * there is none, the operation may have gone either way or not at all, so only its success is thought of.
 */
export const registerModel: Model<Registers, Request, Response> = {
  initial: new Map(),
  step: (before, { when, success, failure }, response) => {
    if (response === undefined && when.length > 0 && failure.some(({ kind }) => kind !== 'get')) return undefined;
    const steps = (response?.succeeded ?? true) ? success : failure;
    const registers = new Map(before);
    for (const [at, step] of steps.entries()) {
      if (!applies(registers, step, response?.results[at])) return undefined;
    }
    return isUnchanged(before, registers) ? before : registers;
  },
  keyOf: (registers) =>
    [...registers]
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(' '),
};

function isUnchanged(before: Registers, after: Registers): boolean {
  return before.size === after.size && [...after].every(([key, value]) => before.get(key) === value);
}

function applies(registers: Map<string, string>, step: Step, result: Response['results'][number] | undefined): boolean {
  const value = registers.get(step.key);
  if (step.kind === 'put') registers.set(step.key, step.value);
  if (step.kind === 'delete') registers.delete(step.key);
  if (result?.kind === 'get') return result.stored?.value === value;
  if (result?.kind === 'delete') return result.deleted === (value === undefined ? 0n : 1n);
  return true;
}

/** Groups of operations that have no key in common with another group. */
export function partition(operations: readonly KvOperation[]): KvOperation[][] {
  const parents = new Map<string, string>();
  const rootOf = (key: string): string => {
    const parent = parents.get(key) ?? key;
    return parent === key ? key : rootOf(parent);
  };
  for (const { request } of operations) {
    const [first, ...others] = keysOf(request);
    for (const other of others) parents.set(rootOf(other), rootOf(first!));
  }
  const groups = new Map<string, KvOperation[]>();
  for (const operation of operations) {
    const root = rootOf(keysOf(operation.request)[0] ?? '');
    groups.set(root, [...(groups.get(root) ?? []), operation]);
  }
  return [...groups.values()];
}

/** The first group that is not linearizable; undefined when all are, or leave too much open for values alone to tell. */
export function firstBadGroup(operations: readonly KvOperation[]): KvOperation[] | undefined {
  return partition(operations).find((group) => {
    try {
      return !checkLinearizable(registerModel, group).isLinearizable;
    } catch (error) {
      if (error instanceof Undecided) return false;
      throw error;
    }
  });
}
