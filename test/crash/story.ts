/** What has happened to the keys: told revision by revision by a watch, held against what clients were promised. */
import type { Event } from '../../src/wire/index.ts';

export interface Write {
  readonly key: string;
  /** Undefined: it was deleted. */
  readonly value: string | undefined;
}

export type Revision = bigint;

/** One watcher's telling. Every revision must come exactly once, in order: each write here makes one. */
export class Story {
  readonly name: string;
  readonly writes = new Map<Revision, Write>();
  resumptions = 0;
  /** What broke the promises of a watch. */
  readonly faults: string[] = [];
  #revision: Revision;

  constructor(name: string, since: Revision) {
    this.name = name;
    this.#revision = since;
  }

  /** The last one told. */
  get revision(): Revision {
    return this.#revision;
  }

  tell(events: readonly Event[]): void {
    for (const { type, kv } of events) {
      const revision = kv?.mod_revision ?? 0n;
      if (revision !== this.#revision + 1n) {
        this.faults.push(`${this.name}: revision ${revision} after ${this.#revision}`);
      }
      this.#revision = revision;
      const key = Buffer.from(kv?.key ?? []).toString();
      const value = type === 0 ? Buffer.from(kv?.value ?? []).toString() : undefined;
      this.writes.set(revision, { key, value });
    }
  }

  /** The keys as they must stand after the last revision told. */
  outcome(): Map<string, { readonly value: string; readonly modRevision: Revision }> {
    const keys = new Map<string, { value: string; modRevision: Revision }>();
    for (const [modRevision, { key, value }] of this.writes) {
      if (value === undefined) keys.delete(key);
      else keys.set(key, { value, modRevision });
    }
    return keys;
  }

  /** Where it is not what another one told of the same revisions. */
  differences(other: Story): string[] {
    return [...this.writes].flatMap(([revision, write]) => {
      const there = other.writes.get(revision);
      if (there === undefined || (there.key === write.key && there.value === write.value)) return [];
      return [`${this.name} and ${other.name} tell of revision ${revision} differently`];
    });
  }

  /** Promised writes that are not in it. */
  missing(promised: ReadonlyMap<Revision, Write>): string[] {
    return [...promised].flatMap(([revision, { key, value }]) => {
      const told = this.writes.get(revision);
      if (told?.key === key && told.value === value) return [];
      return [
        `${key} = ${value ?? '(deleted)'} was acknowledged at revision ${revision}; ${this.name} has ${told?.key}`,
      ];
    });
  }
}
