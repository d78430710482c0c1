import type { Event } from '../../../src/wire/index.ts';

export interface ObjectState {
  readonly value: string;
  readonly modRevision: bigint;
}

/** A list as a client got it, to be held against what the history says of that revision. */
export interface ListClaim {
  readonly prefix: string;
  readonly revision: bigint;
  /** `key@mod revision`, in order. */
  readonly items: readonly string[];
}

/** Everything that happened, as one watcher over all keys has heard it. */
export class History {
  readonly faults: string[] = [];
  readonly #events: { readonly key: string; readonly value: string | undefined; readonly revision: bigint }[] = [];
  #revision: bigint;

  constructor(since: bigint) {
    this.#revision = since;
  }

  get revision(): bigint {
    return this.#revision;
  }

  /** Revisions follow one another; only the end of a lease changes several keys in one. */
  tell(events: readonly Event[]): void {
    for (const { type, kv } of events) {
      const revision = kv?.mod_revision ?? 0n;
      const follows = revision === this.#revision || revision === this.#revision + 1n;
      if (!follows) this.faults.push(`revision ${revision} follows ${this.#revision}`);
      this.#revision = revision;
      const value = type === 0 ? Buffer.from(kv?.value ?? []).toString() : undefined;
      this.#events.push({ key: Buffer.from(kv?.key ?? []).toString(), value, revision });
    }
  }

  /** What is wrong with lists, each at its revision. */
  refute(claims: readonly ListClaim[]): string[] {
    const faults: string[] = [];
    const state = new Map<string, ObjectState>();
    let at = 0;
    for (const claim of claims.toSorted((a, b) => (a.revision < b.revision ? -1 : 1))) {
      at = this.#replay(state, at, claim.revision);
      const expected = itemsOf(state, claim.prefix);
      if (expected.join() === claim.items.join()) continue;
      faults.push(`a list of ${claim.prefix} at ${claim.revision} has ${claim.items.length} of ${expected.length}`);
    }
    return faults;
  }

  /** The keys with a prefix as they stand in the end. */
  outcome(prefix: string): string[] {
    const state = new Map<string, ObjectState>();
    this.#replay(state, 0, this.#revision);
    return itemsOf(state, prefix);
  }

  #replay(state: Map<string, ObjectState>, from: number, until: bigint): number {
    let at = from;
    for (let event = this.#events[at]; event !== undefined && event.revision <= until; event = this.#events[at]) {
      if (event.value === undefined) state.delete(event.key);
      else state.set(event.key, { value: event.value, modRevision: event.revision });
      at += 1;
    }
    return at;
  }
}

const itemsOf = (state: ReadonlyMap<string, ObjectState>, prefix: string): string[] =>
  [...state]
    .filter(([key]) => key.startsWith(prefix))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { modRevision }]) => `${key}@${modRevision}`);
