import type { Event, WatchCreateRequest } from '../../wire/index.ts';
import { textOf } from '../key-text.ts';

const NO_PUT = 0;
const NO_DELETE = 1;

/** Whom a watcher's events go to. */
export interface Receiver {
  /** Whether another response can be taken on; if not, its watchers wait until it asks to go on. */
  readonly hasRoom: boolean;
  /** A response of more than this is better cut. */
  readonly maxResponseBytes: number;
  /** Takes events of whole revisions, up to `revision`. */
  events(watcher: Watcher, events: Event[], revision: bigint): void;
  /** The watcher is no more: what it would have to begin with was compacted. */
  compacted(watcher: Watcher, compactRevision: bigint): void;
  /** Watchers may have caught up. */
  caughtUp(): void;
}

/** One watch of a key, or of a range of keys. */
export class Watcher {
  readonly id: bigint;
  readonly receiver: Receiver;
  /** Texts as of `textOf`. */
  readonly key: string;
  readonly isRange: boolean;
  /** Of a range; undefined if it goes to the last key. */
  readonly end: string | undefined;
  readonly startRevision: bigint;
  readonly wantsPrevious: boolean;
  readonly wantsFragments: boolean;
  readonly wantsProgress: boolean;
  readonly #filters: ReadonlySet<number>;
  /** Events from here on are still to be sent. */
  nextRevision: bigint;
  /** Has heard nothing since the last notice of progress. */
  isProgressDue: boolean;

  constructor(id: bigint, receiver: Receiver, request: WatchCreateRequest) {
    const { range_end: end } = request;
    this.id = id;
    this.receiver = receiver;
    this.key = textOf(request.key);
    this.isRange = end.length > 0;
    this.end = end.length === 1 && end[0] === 0 ? undefined : textOf(end);
    this.startRevision = request.start_revision;
    this.nextRevision = request.start_revision;
    this.wantsPrevious = request.prev_kv;
    this.wantsFragments = request.fragment;
    this.wantsProgress = request.progress_notify;
    this.isProgressDue = request.progress_notify;
    this.#filters = new Set(request.filters);
  }

  wants(isDelete: boolean): boolean {
    return this.#filters.size === 0 || !this.#filters.has(isDelete ? NO_DELETE : NO_PUT);
  }

  /** Whether the range could hold any key. */
  get isEmpty(): boolean {
    return this.isRange && this.end !== undefined && this.key >= this.end;
  }
}
