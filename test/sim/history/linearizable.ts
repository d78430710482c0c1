/**
 * Decides whether a history could have come from one that does one thing at a time: the search of Wing and Gong with
 * the memory that Lowe gave it. Operations are taken out of the history one by one, in any order that their times
 * allow, and played on the model; what has been reached once, by the operations taken and the state they led to, is
 * not tried again.
 */

/** What a client asked and what it got. Times are of one clock; they only order. */
export interface Operation<Request, Response> {
  readonly client: number;
  readonly request: Request;
  readonly calledAt: number;
  /** Left out when the outcome is not known: it may have happened at any time since, or never. */
  readonly returned?: { readonly at: number; readonly response: Response };
}

export interface Model<State, Request, Response> {
  readonly initial: State;
  /** The state after the request, or undefined when this response could not have been given. No response: any will do. */
  step(state: State, request: Request, response: Response | undefined): State | undefined;
  /** Equal for equal states alone. */
  keyOf(state: State): string;
}

/** A place in the history, in the order of time. */
interface Entry<Request, Response> {
  readonly operation: Operation<Request, Response>;
  readonly bit: bigint;
  readonly isCall: boolean;
  /** The return that belongs to a call. */
  readonly match: Entry<Request, Response> | undefined;
  before: Entry<Request, Response> | undefined;
  after: Entry<Request, Response> | undefined;
}

export interface Verdict<Request, Response> {
  readonly isLinearizable: boolean;
  /** The longest order that was found: all operations whose outcome is known, if it is linearizable. */
  readonly order: readonly Operation<Request, Response>[];
  /** States that were looked at. */
  readonly visited: number;
}

const MOST_STATES = 300_000;

/** The history leaves so much open that it would take too long to think of it all. */
export class Undecided extends Error {}

export function checkLinearizable<State, Request, Response>(
  model: Model<State, Request, Response>,
  operations: readonly Operation<Request, Response>[],
): Verdict<Request, Response> {
  const taken: { readonly entry: Entry<Request, Response>; readonly before: State }[] = [];
  const seen = new Set<string>();
  let first = entriesOf(operations);
  let [state, done] = [model.initial, 0n];
  let longest: readonly Operation<Request, Response>[] = [];
  const verdict = (isLinearizable: boolean): Verdict<Request, Response> => ({
    isLinearizable,
    order: isLinearizable ? taken.map(({ entry }) => entry.operation) : longest,
    visited: seen.size,
  });
  let entry = first;
  while (entry !== undefined) {
    const { operation } = entry;
    if (entry.isCall) {
      const next = model.step(state, operation.request, operation.returned?.response);
      // What changes nothing and is known to nobody may as well not have happened.
      const isIdle = operation.returned === undefined && next === state;
      const key = next === undefined || isIdle ? '' : `${done | entry.bit} ${model.keyOf(next)}`;
      if (next !== undefined && !isIdle && !seen.has(key)) {
        seen.add(key);
        if (seen.size > MOST_STATES) throw new Undecided(`undecided after ${MOST_STATES} states`);
        taken.push({ entry, before: state });
        if (taken.length > longest.length) longest = taken.map((each) => each.entry.operation);
        [state, done] = [next, done | entry.bit];
        first = lift(entry, first);
        entry = first;
      } else entry = entry.after;
    } else {
      // All that remains is of unknown outcome, and need not have happened.
      if (operation.returned === undefined) return verdict(true);
      const last = taken.pop();
      if (last === undefined) return verdict(false);
      [state, done] = [last.before, done & ~last.entry.bit];
      first = putBack(last.entry, first);
      entry = last.entry.after;
    }
  }
  return verdict(true);
}

/** The history as a list of calls and returns; those that never came stand at its end. */
function entriesOf<Request, Response>(
  operations: readonly Operation<Request, Response>[],
): Entry<Request, Response> | undefined {
  const timed = operations.flatMap((operation, index) => {
    const common = { operation, bit: 1n << BigInt(index), before: undefined, after: undefined };
    const end: Entry<Request, Response> = { ...common, isCall: false, match: undefined };
    const start: Entry<Request, Response> = { ...common, isCall: true, match: end };
    return [
      { at: operation.calledAt, entry: start },
      { at: operation.returned?.at ?? Number.POSITIVE_INFINITY, entry: end },
    ];
  });
  // At the same moment a call comes before a return: they overlap.
  timed.sort((a, b) => (a.at === b.at ? Number(b.entry.isCall) - Number(a.entry.isCall) : a.at - b.at));
  for (const [index, { entry }] of timed.entries()) {
    entry.before = timed[index - 1]?.entry;
    entry.after = timed[index + 1]?.entry;
  }
  return timed[0]?.entry;
}

type Some = Entry<unknown, unknown>;

/** Takes a call and its return out of the list; returns the new beginning. */
function lift<E extends Some>(call: E, first: E | undefined): E | undefined {
  for (const entry of [call, call.match!]) {
    if (entry.before) entry.before.after = entry.after;
    if (entry.after) entry.after.before = entry.before;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the same list
  return call === first ? (call.after === call.match ? (call.match!.after as E) : (call.after as E)) : first;
}

/** The reverse of `lift`, which works because it is done in the reverse order. */
function putBack<E extends Some>(call: E, first: E | undefined): E | undefined {
  for (const entry of [call.match!, call]) {
    if (entry.before) entry.before.after = entry;
    if (entry.after) entry.after.before = entry;
  }
  return call.before === undefined ? call : first;
}
