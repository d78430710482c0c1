/** One law that a history must obey. */
import type { KvOperation, Request, Response } from '../history/requests.ts';
import type { Chronicle, WatchRecord } from '../history/watch-record.ts';

/** A read of the past, or one that need not be of the present. */
export interface StaleRead {
  readonly request: Request;
  /** Asked for; 0: whatever the member has. */
  readonly atRevision: bigint;
  readonly response: Response;
}

export interface History {
  readonly operations: readonly KvOperation[];
  readonly staleReads: readonly StaleRead[];
  readonly watches: readonly WatchRecord[];
  readonly chronicle: Chronicle;
  /** Of all members when trouble was over, by name: hash and revision. */
  readonly hashes: ReadonlyMap<string, string>;
}

export interface Check {
  readonly title: string;
  /** What is wrong, in words; nothing when the law holds. */
  readonly find: (history: History) => string[];
}

export const NOTHING: History = { operations: [], staleReads: [], watches: [], chronicle: [], hashes: new Map() };

/** A law about one watch. */
export function watchCheck(title: string, find: (watch: WatchRecord, chronicle: Chronicle) => string[]): Check {
  return {
    title,
    find: ({ watches, chronicle }) =>
      watches.flatMap((watch) => find(watch, chronicle).map((problem) => `${watch.title}: ${problem}`)),
  };
}
