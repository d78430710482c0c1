/** What a watch was asked for, and all that it was told. */
import type { Stored } from './requests.ts';

export interface WatchEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** Of a delete: what it deleted stands in `prev`, and of this only `mod` counts. */
  readonly stored: Stored;
  readonly prev?: Stored;
}

export interface WatchSpec {
  readonly key: string;
  /** Up to, but without, this key; left out: one key. */
  readonly end?: string;
  /** First revision wanted; 0: from now on. */
  readonly start: bigint;
  readonly prevKv: boolean;
  readonly without?: 'put' | 'delete';
}

export interface WatchResponse {
  readonly revision: bigint;
  readonly events: readonly WatchEvent[];
  /** More of the same revisions follows in the next response. */
  readonly isFragment: boolean;
}

export interface WatchRecord {
  readonly title: string;
  readonly spec: WatchSpec;
  /** The revision at which the server began to watch; undefined while it has not. */
  readonly createdAt: bigint | undefined;
  readonly responses: readonly WatchResponse[];
  /** It was cancelled because what it wanted was compacted up to here. */
  readonly compactedAt?: bigint;
}

/** All that ever happened, in order: what every watch is measured by. */
export type Chronicle = readonly WatchEvent[];

export function wants({ key, end, without }: WatchSpec, event: WatchEvent): boolean {
  if (event.type === without) return false;
  return end === undefined ? event.key === key : event.key >= key && event.key < end;
}

/** What the watch should have been told from its beginning on, up to a revision. */
export function due({ spec, createdAt }: WatchRecord, chronicle: Chronicle, upTo: bigint): WatchEvent[] {
  const from = spec.start > 0n ? spec.start : (createdAt ?? upTo) + 1n;
  return chronicle.filter((event) => event.stored.mod >= from && event.stored.mod <= upTo && wants(spec, event));
}

export const eventsOf = ({ responses }: WatchRecord): WatchEvent[] => responses.flatMap(({ events }) => events);

export const nameOf = ({ type, key, stored }: WatchEvent): string => `${type} ${key}@${stored.mod}`;
