import type { Event } from '../../wire/index.ts';
import { textOf } from '../key-text.ts';
import type { ReadView } from '../read-view.ts';
import { EventSource } from './event-source.ts';
import type { Receiver, Watcher } from './watcher.ts';
import { WatcherGroup } from './watcher-group.ts';

/** Watchers that read the history together. */
const MOST_WATCHERS = 512;
/** Records that are looked at before others get their turn; the last revision is read to its end. */
const MOST_RECORDS = 10_000;
/** Revisions in one response. */
const MOST_REVISIONS = 1000;

/** What a watcher is to hear next. */
interface Batch {
  /** Its first record. */
  readonly fromId: number;
  readonly events: Event[];
  bytes: number;
  revisions: number;
  lastRevision: bigint;
  /** The first revision with events that did not fit any more. */
  moreRevision: bigint | undefined;
}

/**
 * Gives some of the watchers that are behind the next part of the history, each at most one response, and moves those
 * who have heard all to the synced ones. Returns whether another go has something to do.
 */
export function catchUp(view: ReadView, unsynced: Set<Watcher>, synced: WatcherGroup): boolean {
  const chosen = choose(view, unsynced, synced);
  const batches = new Map<Watcher, Batch>();
  const group = new WatcherGroup();
  let fromId = Number.POSITIVE_INFINITY;
  for (const watcher of chosen) {
    const batch = newBatch(view.space.log.idAfter(watcher.nextRevision - 1n));
    fromId = Math.min(fromId, batch.fromId);
    batches.set(watcher, batch);
    group.add(watcher);
  }
  const nextRevision = read(view, fromId, group, batches);
  const receivers = new Set<Receiver>();
  for (const [watcher, batch] of batches) {
    receivers.add(watcher.receiver);
    // Gone, if what another was sent made its stream close.
    if (!unsynced.has(watcher)) continue;
    deliver(watcher, batch, nextRevision);
    if (!unsynced.delete(watcher)) continue;
    if (watcher.nextRevision > view.revision) synced.add(watcher);
    // Behind the others, who have their turn first.
    else unsynced.add(watcher);
  }
  for (const receiver of receivers) receiver.caughtUp();
  for (const watcher of unsynced) if (watcher.receiver.hasRoom) return true;
  return false;
}

function choose(view: ReadView, unsynced: Set<Watcher>, synced: WatcherGroup): Watcher[] {
  const chosen: Watcher[] = [];
  for (const watcher of unsynced) {
    if (chosen.length === MOST_WATCHERS) break;
    if (!watcher.receiver.hasRoom) continue;
    if (watcher.nextRevision < view.compactRevision) {
      unsynced.delete(watcher);
      watcher.receiver.compacted(watcher, view.compactRevision);
    } else if (watcher.nextRevision > view.revision) {
      // Waits for a revision that a restored history has not reached.
      unsynced.delete(watcher);
      synced.add(watcher);
    } else {
      chosen.push(watcher);
    }
  }
  return chosen;
}

/** Returns the first revision that was not read. */
function read(view: ReadView, fromId: number, group: WatcherGroup, batches: Map<Watcher, Batch>): bigint {
  const { space, compactRevision } = view;
  let nextRevision = view.revision + 1n;
  let records = 0;
  let last = 0n;
  space.log.walk(fromId, (segment, slot) => {
    const source = new EventSource(space, compactRevision, segment, slot);
    const { revision } = source;
    if (records >= MOST_RECORDS && revision > last) {
      nextRevision = revision;
      return false;
    }
    records++;
    last = revision;
    group.visit(textOf(source.key), (watcher) => {
      const batch = batches.get(watcher);
      if (batch && watcher.wants(source.isDelete)) addEvent(batch, source, watcher);
    });
    return true;
  });
  return nextRevision;
}

function newBatch(fromId: number): Batch {
  return { fromId, events: [], bytes: 0, revisions: 0, lastRevision: 0n, moreRevision: undefined };
}

function addEvent(batch: Batch, source: EventSource, watcher: Watcher): void {
  if (source.id < batch.fromId || batch.moreRevision !== undefined) return;
  if (source.revision > batch.lastRevision) {
    if (batch.revisions === MOST_REVISIONS || batch.bytes >= watcher.receiver.maxResponseBytes) {
      batch.moreRevision = source.revision;
      return;
    }
    batch.revisions++;
    batch.lastRevision = source.revision;
  }
  batch.bytes += source.size;
  batch.events.push(source.event(watcher.wantsPrevious));
}

function deliver(watcher: Watcher, batch: Batch, unread: bigint): void {
  const next = batch.moreRevision ?? unread;
  if (next > watcher.nextRevision) watcher.nextRevision = next;
  if (batch.events.length > 0) watcher.receiver.events(watcher, batch.events, next - 1n);
}
