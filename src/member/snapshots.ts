import { type Clock, formatMs, formatSize, type LogSink, messageOf, secondsSince } from '../base/index.ts';
import type { Figures } from '../figures/index.ts';
import type { Message, Snapshot } from '../raft/index.ts';
import type { RaftDriver } from './consensus/driver.ts';
import type { LogStore } from './consensus/log-store.ts';
import type { Home } from './home.ts';
import type { Limits } from './limits.ts';
import { membershipJson } from './membership/store-json.ts';
import { formatId } from '../base/member-ids.ts';
import type { PeerLink } from './network.ts';
import type { State } from './state.ts';

/** How often entries that are needed no more are dropped from memory. */
const DROP_EVERY = 100n;
/** A follower that was sent an image gets so long to fetch the entries after it, before they are dropped. */
const RELEASE_MS = 30_000;

export interface SnapshotDeps {
  readonly clock: Clock;
  readonly log: LogSink;
  readonly figures: Figures;
  readonly limits: Pick<Limits, 'snapshotCount' | 'snapshotCatchUpEntries'>;
  readonly state: State;
  readonly home: Home;
  readonly logStore: LogStore;
  readonly link: PeerLink;
  readonly driver: Pick<RaftDriver, 'reportSnapshot' | 'receive'>;
  /** A snapshot of its own could not be written. */
  readonly failed: (error: unknown) => void;
}

/**
 * Cuts the log behind what is applied, and carries the state across where the log does not reach any more. What is
 * sent is the state at the time of sending, which is newer than what consensus asked for; that does no harm.
 */
export class Snapshots {
  readonly #deps: SnapshotDeps;
  #savedIndex: bigint;
  #droppedAt: bigint;
  #sending = 0;
  readonly #releases = new Set<() => void>();
  #isClosed = false;

  constructor(deps: SnapshotDeps) {
    this.#deps = deps;
    this.#savedIndex = deps.logStore.storage.firstIndex() - 1n;
    this.#droppedAt = deps.state.applied.index;
  }

  /** For `MsgSnap`: sends the state as it is now, and reports what came of it. */
  send(m: Message): void {
    void this.#send(m);
  }

  /** A member sends its state, as this one is too far behind. */
  async receive(m: Message, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const { state, home, driver, log, clock, figures } = this.#deps;
    const index = m.snapshot?.index ?? 0n;
    const fields = {
      'local-member-id': formatId(state.memberId),
      'remote-snapshot-sender-id': formatId(m.from),
      'incoming-snapshot-index': index,
    };
    log({ level: 'info', message: 'receiving database snapshot', fields });
    const sinceMs = clock.nowMs();
    const sizeBytes = await home.receiveImage(index, pieces);
    const tookMs = clock.nowMs() - sinceMs;
    figures.observe('etcd_snap_db_save_total_duration_seconds', tookMs / 1000);
    const outcome = {
      'incoming-snapshot-size-bytes': sizeBytes,
      'incoming-snapshot-size': formatSize(sizeBytes),
      'download-took': formatMs(tookMs),
    };
    log({ level: 'info', message: 'received and saved database snapshot', fields: { ...fields, ...outcome } });
    if (!this.#isClosed) driver.receive(m);
  }

  /** Consensus has accepted a snapshot: it becomes the state. */
  install({ index, confState }: Snapshot): void {
    const { state, home, link, log, figures } = this.#deps;
    figures.set('etcd_server_snapshot_apply_in_progress_total', 1);
    const before = { 'current-applied-index': state.applied.index, 'incoming-leader-snapshot-index': index };
    log({ level: 'info', message: 'applying snapshot', fields: before });
    const peers = state.roster.members;
    state.restore(home.adoptImage(index));
    if (state.applied.index !== index) {
      throw new Error(`the image of the snapshot at ${index} is of ${state.applied.index}`);
    }
    state.setConfState(confState);
    for (const { id } of peers) if (id !== state.memberId) link.removePeer(id);
    for (const { id, peerUrls } of state.roster.members) if (id !== state.memberId) link.addPeer(id, peerUrls);
    this.#savedIndex = index;
    this.#droppedAt = index;
    figures.set('etcd_server_snapshot_apply_in_progress_total', 0);
    log({ level: 'info', message: 'applied snapshot', fields: { ...before, 'current-applied-index': index } });
  }

  /** Called when entries were applied. */
  makeIfDue(): void {
    const { state, limits } = this.#deps;
    const { index } = state.applied;
    const isDue =
      index - this.#savedIndex > limits.snapshotCount || (state.wantsSnapshot && index !== this.#savedIndex);
    if (isDue) this.#save();
    const pace = limits.snapshotCount < DROP_EVERY ? limits.snapshotCount : DROP_EVERY;
    if (index > this.#droppedAt + pace) this.#dropEntries();
  }

  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#releases) cancel();
    this.#releases.clear();
  }

  #save(): void {
    const { state, logStore, log, home, clock, figures } = this.#deps;
    const sinceMs = clock.nowMs();
    const { index, term } = state.applied;
    this.#savedIndex = index;
    state.wantsSnapshot = false;
    const fields = { 'local-member-id': formatId(state.memberId), 'local-member-applied-index': index };
    log({ level: 'info', message: 'triggering snapshot', fields });
    const data = membershipJson(state.roster);
    const saved = logStore.saveSnapshot({ index, term, confState: state.confState, data }, () =>
      state.backend.commit(),
    );
    const finish = (): void => {
      figures.observe('etcd_debugging_snap_save_total_duration_seconds', secondsSince(clock, sinceMs));
      log({ level: 'info', message: 'saved snapshot to disk', fields: { 'snapshot-index': index } });
      home.purge(index);
    };
    if (saved) saved.then(finish, (error: unknown) => this.#deps.failed(error));
    else finish();
  }

  #dropEntries(): void {
    const { state, logStore, limits } = this.#deps;
    this.#droppedAt = state.applied.index;
    if (this.#sending > 0) return;
    const last = state.applied.index - limits.snapshotCatchUpEntries;
    if (last > 0n) logStore.storage.dropUntil(last);
  }

  async #send(m: Message): Promise<void> {
    const { state, home, link, driver, log } = this.#deps;
    const { index, term } = state.applied;
    const snapshot: Snapshot = { index, term, confState: state.confState, data: membershipJson(state.roster) };
    const captures = state.captures();
    const fields = { from: formatId(m.from), to: formatId(m.to), 'snapshot-index': index };
    this.#sending += 1;
    let releaseMs = 0;
    try {
      const image = await home.makeImage(captures);
      try {
        log({ level: 'info', message: 'sending merged snapshot', fields: { ...fields, bytes: image.sizeBytes } });
        const sizeBytes = BigInt(image.sizeBytes);
        await link.sendSnapshot({ ...m, snapshot }, { sizeBytes, version: state.storageVersion, chunks: image.pieces });
      } finally {
        image.discard();
      }
      log({ level: 'info', message: 'sent merged snapshot', fields });
      releaseMs = RELEASE_MS;
      driver.reportSnapshot(m.to, 'finish');
    } catch (error) {
      log({
        level: 'warn',
        message: 'failed to send database snapshot',
        fields: { ...fields, error: messageOf(error) },
      });
      driver.reportSnapshot(m.to, 'failure');
    }
    this.#release(releaseMs);
  }

  #release(afterMs: number): void {
    if (afterMs === 0 || this.#isClosed) {
      this.#sending -= 1;
      return;
    }
    const cancel = this.#deps.clock.after(afterMs, () => {
      this.#releases.delete(cancel);
      this.#sending -= 1;
    });
    this.#releases.add(cancel);
  }
}
