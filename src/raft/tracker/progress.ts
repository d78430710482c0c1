import { fail } from '../errors.ts';
import { sortedIds } from '../quorum/index.ts';
import type { Inflights } from './inflights.ts';

/**
 * - `probe`: where the follower's log ends is unknown; one append per heartbeat interval finds out.
 * - `replicate`: appends are streamed, `next` runs ahead of acknowledgements.
 * - `snapshot`: the entries the follower needs are gone; nothing is sent until it has the snapshot.
 */
export type ProgressState = 'probe' | 'replicate' | 'snapshot';

const STATE_TEXT: Readonly<Record<ProgressState, string>> = {
  probe: 'StateProbe',
  replicate: 'StateReplicate',
  snapshot: 'StateSnapshot',
};

export interface ProgressFields {
  readonly match: bigint;
  readonly next: bigint;
  readonly inflights: Inflights;
  readonly isLearner: boolean;
  readonly recentActive: boolean;
}

/** What a leader knows of one follower's log, and how fast it may send to it. Always `match < next`. */
export class Progress {
  /** The follower's log is known to equal the leader's up to here. */
  match: bigint;
  /** The next entry to send; those between `match` and `next` are on their way. */
  next: bigint;
  /** The highest commit index on its way to the follower. It falls back when a message is thought lost. */
  sentCommit = 0n;
  state: ProgressState = 'probe';
  /** In state `snapshot`: the index of the snapshot that was sent. */
  pendingSnapshot = 0n;
  /** Whether the follower was heard from since the last quorum check. Always true of the leader itself. */
  recentActive: boolean;
  /** No more appends until an acknowledgement or a heartbeat response arrives. */
  appendPaused = false;
  readonly inflights: Inflights;
  isLearner: boolean;

  constructor(fields: ProgressFields) {
    this.match = fields.match;
    this.next = fields.next;
    this.inflights = fields.inflights;
    this.isLearner = fields.isLearner;
    this.recentActive = fields.recentActive;
  }

  /** A copy whose flags can be changed apart; the window of messages in flight is `inflights`, or shared. */
  copy(inflights: Inflights = this.inflights): Progress {
    const { match, next, isLearner, recentActive } = this;
    const copy = new Progress({ match, next, inflights, isLearner, recentActive });
    copy.sentCommit = this.sentCommit;
    copy.state = this.state;
    copy.pendingSnapshot = this.pendingSnapshot;
    copy.appendPaused = this.appendPaused;
    return copy;
  }

  isPaused(): boolean {
    return this.state === 'snapshot' || this.appendPaused;
  }

  becomeProbe(): void {
    // A snapshot that arrived moves the probe past it, even before its acknowledgement is in.
    const afterSnapshot = this.state === 'snapshot' ? this.pendingSnapshot + 1n : 0n;
    this.#enter('probe');
    this.next = max(this.match + 1n, afterSnapshot);
    this.#capSentCommit();
  }

  becomeReplicate(): void {
    this.#enter('replicate');
    this.next = this.match + 1n;
  }

  becomeSnapshot(snapshotIndex: bigint): void {
    this.#enter('snapshot');
    this.pendingSnapshot = snapshotIndex;
    this.next = snapshotIndex + 1n;
    this.sentCommit = snapshotIndex;
  }

  /** Accounts for an append message with `count` entries whose payloads weigh `bytes`. */
  sentEntries(count: number, bytes: number): void {
    if (this.state === 'snapshot') {
      fail('sent an append to a follower that waits for a snapshot');
    }
    if (this.state === 'probe') {
      // An empty probe does not pause: it only carries a commit index.
      this.appendPaused ||= count > 0;
      return;
    }
    if (count > 0) {
      this.next += BigInt(count);
      this.inflights.add(this.next - 1n, bytes);
    }
    // A full window turns the last message into a probe: nothing follows before a sign of life.
    this.appendPaused = this.inflights.isFull();
  }

  /** Whether sending `commit` now may move the follower's commit index further than messages under way will. */
  canBumpCommit(commit: bigint): boolean {
    return commit > this.sentCommit && this.sentCommit < this.next - 1n;
  }

  /** Takes an acknowledgement up to `index`; false when it says nothing new. */
  maybeUpdate(index: bigint): boolean {
    if (index <= this.match) {
      return false;
    }
    this.match = index;
    this.next = max(this.next, index + 1n);
    this.appendPaused = false;
    return true;
  }

  /**
   * Steps back after the append before `rejected + 1` was refused, to no
   * further than `matchHint`, where the logs may agree. False for a stale refusal.
   */
  maybeDecrease(rejected: bigint, matchHint: bigint): boolean {
    if (this.state === 'replicate') {
      if (rejected <= this.match) {
        return false;
      }
      this.next = this.match + 1n;
      this.#capSentCommit();
      return true;
    }
    // Probes go out one at a time, so a refusal of any other index is an old one.
    if (this.next - 1n !== rejected) {
      return false;
    }
    this.next = max(min(rejected, matchHint + 1n), this.match + 1n);
    this.#capSentCommit();
    this.appendPaused = false;
    return true;
  }

  #enter(state: ProgressState): void {
    this.appendPaused = false;
    this.pendingSnapshot = 0n;
    this.state = state;
    this.inflights.reset();
  }

  /** Commit indexes sent along with entries that may be lost count as not sent. */
  #capSentCommit(): void {
    this.sentCommit = min(this.sentCommit, this.next - 1n);
  }
}

export type ProgressMap = ReadonlyMap<bigint, Progress>;

/** One line for people, as in `StateReplicate match=5 next=9 paused inflight=3[full]`. */
export function formatProgress(pr: Progress): string {
  const words = [STATE_TEXT[pr.state], `match=${pr.match}`, `next=${pr.next}`];
  if (pr.isLearner) {
    words.push('learner');
  }
  if (pr.isPaused()) {
    words.push('paused');
  }
  if (pr.pendingSnapshot > 0n) {
    words.push(`pendingSnap=${pr.pendingSnapshot}`);
  }
  if (!pr.recentActive) {
    words.push('inactive');
  }
  if (pr.inflights.count > 0) {
    words.push(`inflight=${pr.inflights.count}${pr.inflights.isFull() ? '[full]' : ''}`);
  }
  return words.join(' ');
}

/** One line per member, in the order of their ids. */
export function formatProgressMap(progress: ProgressMap): string {
  return sortedIds(progress.keys())
    .map((id) => {
      const pr = progress.get(id);
      return pr === undefined ? '' : `${id}: ${formatProgress(pr)}\n`;
    })
    .join('');
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
