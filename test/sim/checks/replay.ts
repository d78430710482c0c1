/** The store at every revision, from the chronicle. */
import type { Stored } from '../history/requests.ts';
import type { Chronicle } from '../history/watch-record.ts';

type Keys = ReadonlyMap<string, Stored>;

export interface Replay {
  at(revision: bigint): Keys;
}

export function replay(chronicle: Chronicle): Replay {
  const states: { readonly revision: bigint; readonly keys: Map<string, Stored> }[] = [
    { revision: 1n, keys: new Map() },
  ];
  for (const { type, key, stored } of chronicle) {
    let last = states.at(-1)!;
    if (last.revision !== stored.mod) {
      last = { revision: stored.mod, keys: new Map(last.keys) };
      states.push(last);
    }
    if (type === 'put') last.keys.set(key, stored);
    else last.keys.delete(key);
  }
  return { at: (revision) => states.findLast((state) => state.revision <= revision)?.keys ?? new Map() };
}
