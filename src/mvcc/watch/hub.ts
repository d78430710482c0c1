import type { Clock } from '../../base/index.ts';
import type { Event } from '../../wire/index.ts';
import { textOf } from '../key-text.ts';
import type { ReadView } from '../read-view.ts';
import { catchUp } from './catch-up.ts';
import { EventSource } from './event-source.ts';
import type { Watcher } from './watcher.ts';
import { WatcherGroup } from './watcher-group.ts';

/**
 * Who watches what. A synced watcher has been given everything up to the current revision and hears of changes as they
 * happen. One that begins in the past, or whose receiver has no room, is unsynced and reads the history until it has
 * caught up; it misses nothing, whatever it takes.
 */
export class WatchHub {
  readonly #view: ReadView;
  readonly #clock: Clock;
  readonly #synced = new WatcherGroup();
  readonly #unsynced = new Set<Watcher>();
  #cancelTimer: (() => void) | undefined;

  constructor(view: ReadView, clock: Clock) {
    this.#view = view;
    this.#clock = clock;
  }

  get currentRevision(): bigint {
    return this.#view.revision;
  }

  /** Of all watchers there are, and of those that are behind. */
  get counts(): { readonly all: number; readonly behind: number } {
    return { all: this.#synced.size + this.#unsynced.size, behind: this.#unsynced.size };
  }

  add(watcher: Watcher): void {
    const { revision } = this.#view;
    if (watcher.startRevision === 0n || watcher.startRevision > revision) {
      watcher.nextRevision = watcher.startRevision > revision ? watcher.startRevision : revision + 1n;
      this.#synced.add(watcher);
    } else {
      this.#unsynced.add(watcher);
      this.wake();
    }
  }

  delete(watcher: Watcher): void {
    this.#synced.delete(watcher);
    this.#unsynced.delete(watcher);
  }

  isSynced(watcher: Watcher): boolean {
    return this.#synced.has(watcher);
  }

  /** Tells of the changes of the current revision, from this record on. */
  notify(firstId: number): void {
    if (this.#synced.size === 0) return;
    const { space, compactRevision, revision } = this.#view;
    const batches = new Map<Watcher, Event[]>();
    space.log.walk(firstId, (segment, slot) => {
      const source = new EventSource(space, compactRevision, segment, slot);
      this.#synced.visit(textOf(source.key), (watcher) => {
        if (watcher.nextRevision <= revision) addEvent(batches, watcher, source);
      });
      return true;
    });
    for (const [watcher, events] of batches) this.#deliver(watcher, events, revision);
  }

  /** Goes on with those that are behind, now that there may be room. */
  wake(): void {
    if (this.#cancelTimer !== undefined || this.#unsynced.size === 0) return;
    // Later, so that watchers that are made together read the history together.
    this.#cancelTimer = this.#clock.after(0, () => {
      this.#cancelTimer = undefined;
      if (catchUp(this.#view, this.#unsynced, this.#synced)) this.wake();
    });
  }

  /** Another history is in place: every watcher goes on in that, from what it has heard of the one before. */
  restored(previousRevision: bigint): void {
    for (const watcher of this.#synced) {
      this.#synced.delete(watcher);
      if (watcher.nextRevision <= previousRevision) watcher.nextRevision = previousRevision + 1n;
      this.#unsynced.add(watcher);
    }
    this.wake();
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #deliver(watcher: Watcher, events: Event[], revision: bigint): void {
    // Gone, if what another was sent made its stream close.
    if (!this.#synced.has(watcher)) return;
    if (watcher.receiver.hasRoom) {
      watcher.nextRevision = revision + 1n;
      watcher.receiver.events(watcher, events, revision);
      return;
    }
    watcher.nextRevision = revision;
    this.#synced.delete(watcher);
    this.#unsynced.add(watcher);
  }
}

function addEvent(batches: Map<Watcher, Event[]>, watcher: Watcher, source: EventSource): void {
  if (!watcher.wants(source.isDelete)) return;
  const events = batches.get(watcher);
  const event = source.event(watcher.wantsPrevious);
  if (events === undefined) batches.set(watcher, [event]);
  else events.push(event);
}
