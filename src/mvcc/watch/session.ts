import type { Clock } from '../../base/index.ts';
import { type EtcdError, refuse } from '../../wire/etcd-error.ts';
import type { Event, WatchCreateRequest, WatchRequest, WatchResponse } from '../../wire/index.ts';
import type { WatchOptions, WatchSession } from '../types.ts';
import type { WatchHub } from './hub.ts';
import { Outbox } from './outbox.ts';
import { ProgressTimer } from './progress-timer.ts';
import { fragments } from './response-size.ts';
import { type Receiver, Watcher } from './watcher.ts';
import { watchRefusal } from './watch-refusal.ts';

const FIRST_KEY = Uint8Array.of(0);
/** Stands for no watcher, or for all of the stream. */
const NO_ID = -1n;
/** In a create request: any id that is free. */
const ANY_ID = 0n;
/** A client that asks this much without reading the answers is cut off. */
const MOST_ANSWERS_WAITING = 10_000;

const PLAIN = { created: false, canceled: false, compact_revision: 0n, cancel_reason: '', fragment: false, events: [] };

/** Whoever has opened a session. */
export interface SessionOwner {
  closed(session: Session): void;
  /** So many events were given to it. */
  told(events: number): void;
}

/** One watch stream (etcd's v3rpc/watch.go) with its watchers. */
export class Session implements WatchSession, Receiver {
  readonly #hub: WatchHub;
  readonly #options: WatchOptions;
  readonly #outbox: Outbox;
  readonly #watchers = new Map<bigint, Watcher>();
  readonly #progress: ProgressTimer;
  readonly #owner: SessionOwner;
  #nextId = 0n;
  /** A progress request waits for all watchers to catch up. */
  #owesProgress = false;
  #isClosed = false;

  constructor(hub: WatchHub, clock: Clock, options: WatchOptions, owner: SessionOwner) {
    this.#hub = hub;
    this.#options = options;
    this.#outbox = new Outbox(options.sink, options.mostWaiting);
    this.#owner = owner;
    this.#progress = new ProgressTimer(clock, options, () => this.#notifyProgress());
  }

  get hasRoom(): boolean {
    return this.#outbox.hasRoom;
  }

  /** Events that the client does not take at present. */
  get waitingEvents(): number {
    return this.#outbox.waitingEvents;
  }

  get maxResponseBytes(): number {
    return this.#options.maxResponseBytes;
  }

  request(request: WatchRequest): void {
    if (this.#isClosed) return;
    if (request.create_request) this.#create(request.create_request);
    else if (request.cancel_request) this.#cancel(request.cancel_request.watch_id);
    else if (request.progress_request) this.#requestProgress();
    if (this.#outbox.length > MOST_ANSWERS_WAITING) this.end(refuse.tooManyRequests());
  }

  drained(): void {
    if (this.#isClosed) return;
    this.#outbox.flush();
    this.#payProgress();
    if (this.hasRoom) this.#hub.wake();
  }

  /** Ends it from this side. */
  end(error?: EtcdError | Error): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.sink.end(error);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#progress.stop();
    for (const watcher of this.#watchers.values()) this.#hub.delete(watcher);
    this.#watchers.clear();
    this.#outbox.clear();
    this.#owner.closed(this);
  }

  events(watcher: Watcher, events: Event[], revision: bigint): void {
    watcher.isProgressDue = false;
    this.#owner.told(events.length);
    const response = this.#response(watcher.id, revision, { events });
    if (!watcher.wantsFragments) this.#outbox.send(response);
    else for (const part of fragments(response, this.maxResponseBytes)) this.#outbox.send(part);
  }

  compacted(watcher: Watcher, compactRevision: bigint): void {
    this.#watchers.delete(watcher.id);
    this.#outbox.send(this.#response(watcher.id, 0n, { canceled: true, compact_revision: compactRevision }));
  }

  caughtUp(): void {
    this.#payProgress();
  }

  #create(request: WatchCreateRequest): void {
    const key = request.key.length === 0 ? FIRST_KEY : request.key;
    const id = request.watch_id === ANY_ID ? this.#freeId() : request.watch_id;
    const watcher = new Watcher(id, this, { ...request, key });
    const refusal = watchRefusal(watcher, request, {
      isTaken: this.#watchers.has(id),
      denial: () => this.#options.mayWatch(key, request.range_end),
    });
    const { currentRevision } = this.#hub;
    if (refusal !== undefined) {
      const fields = { created: true, canceled: true, cancel_reason: refusal };
      this.#outbox.send(this.#response(NO_ID, currentRevision, fields));
      return;
    }
    if (request.watch_id === ANY_ID) this.#nextId = id + 1n;
    this.#watchers.set(id, watcher);
    this.#outbox.send(this.#response(id, currentRevision, { created: true }));
    this.#hub.add(watcher);
    if (watcher.wantsProgress) this.#progress.start();
  }

  #freeId(): bigint {
    let id = this.#nextId;
    while (this.#watchers.has(id)) id++;
    return id;
  }

  #cancel(id: bigint): void {
    const watcher = this.#watchers.get(id);
    if (watcher === undefined) return;
    this.#hub.delete(watcher);
    this.#watchers.delete(id);
    this.#outbox.send(this.#response(id, this.#hub.currentRevision, { canceled: true }));
    this.#payProgress();
  }

  #requestProgress(): void {
    this.#owesProgress = true;
    this.#payProgress();
  }

  /** Answers a progress request, once no watcher has anything before the current revision still to come. */
  #payProgress(): void {
    if (!this.#owesProgress) return;
    const { currentRevision } = this.#hub;
    const watchers = [...this.#watchers.values()];
    if (!watchers.every((watcher) => this.#hub.isSynced(watcher))) return;
    this.#owesProgress = false;
    // One that begins in the future has no progress to speak of, and a stream without watchers neither.
    if (watchers.length === 0 || watchers.some(({ startRevision }) => startRevision > currentRevision)) return;
    this.#outbox.send(this.#response(NO_ID, currentRevision, {}));
  }

  /** Tells those who asked for it, and have heard nothing for an interval, how far they are. */
  #notifyProgress(): void {
    const { currentRevision } = this.#hub;
    for (const watcher of this.#watchers.values()) {
      if (!watcher.wantsProgress) continue;
      const isCurrent = this.#hub.isSynced(watcher) && watcher.startRevision <= currentRevision;
      if (watcher.isProgressDue && isCurrent && this.hasRoom) {
        this.#outbox.send(this.#response(watcher.id, currentRevision, {}));
      }
      watcher.isProgressDue = true;
    }
  }

  #response(id: bigint, revision: bigint, fields: Partial<WatchResponse>): WatchResponse {
    return { header: { ...this.#options.header(), revision }, watch_id: id, ...PLAIN, ...fields };
  }
}
