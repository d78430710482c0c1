import type { Clock, LogSink } from '../../base/index.ts';
import type { Figures } from '../../figures/index.ts';
import type { Journal } from '../../backend/index.ts';
import type { Segment } from '../history/segment.ts';
import type { KeySpace } from '../key-space.ts';
import { FINISHED, metaRecord } from './compaction-records.ts';
import { HistoryHasher } from './history-hash.ts';
import type { StoredHash } from './stored-hashes.ts';

export interface CompactionJob {
  readonly revision: bigint;
  readonly previousRevision: bigint;
  finished(hash: StoredHash): void;
}

export interface CompactorOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: LogSink | undefined;
  readonly figures: Figures;
  readonly batchLimit: number;
  readonly pauseMs: number;
}

/** Removes what compactions leave behind, one after another, a batch of records at a time. */
export class Compactor {
  readonly #space: KeySpace;
  readonly #options: CompactorOptions;
  readonly #jobs: CompactionJob[] = [];
  #current: Sweep | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(space: KeySpace, options: CompactorOptions) {
    this.#space = space;
    this.#options = options;
  }

  add(job: CompactionJob): void {
    this.#jobs.push(job);
    if (this.#cancelTimer === undefined) this.#runAfter(0);
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#current = undefined;
    this.#jobs.length = 0;
  }

  #runAfter(delayMs: number): void {
    this.#cancelTimer = this.#options.clock.after(delayMs, () => this.#run());
  }

  #run(): void {
    this.#cancelTimer = undefined;
    const job = this.#jobs[0];
    if (job === undefined) return;
    const { clock, figures, journal, batchLimit, pauseMs } = this.#options;
    const sinceMs = clock.nowMs();
    this.#current ??= new Sweep(this.#space, journal, job, sinceMs);
    const isThrough = this.#current.step(batchLimit);
    figures.observe('etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds', clock.nowMs() - sinceMs);
    if (!isThrough) return this.#runAfter(pauseMs);
    const { hash, removed, begunMs } = this.#current;
    figures.observe('etcd_debugging_mvcc_db_compaction_total_duration_milliseconds', clock.nowMs() - begunMs);
    figures.add('etcd_debugging_mvcc_db_compaction_keys_total', removed);
    figures.set('etcd_debugging_mvcc_db_compaction_last', Math.trunc(clock.wallMs() / 1000));
    this.#current = undefined;
    this.#jobs.shift();
    if (this.#jobs.length > 0) this.#runAfter(0);
    this.#finish(job, hash, removed);
  }

  #finish(job: CompactionJob, hash: number, removed: number): void {
    const { journal, logger } = this.#options;
    journal.put('meta', ...metaRecord(FINISHED, job.revision));
    const fields = { 'compact-revision': job.revision, 'number-of-keys-compacted': removed, hash };
    logger?.({ level: 'info', message: 'finished scheduled compaction', fields });
    job.finished({ hash, compactRevision: job.previousRevision, hashRevision: job.revision });
  }
}

/** One compaction on its way through the history. */
class Sweep {
  readonly #space: KeySpace;
  readonly #journal: Journal;
  readonly #revision: bigint;
  readonly #bound: number;
  readonly #hasher: HistoryHasher;
  readonly begunMs: number;
  #nextId = 0;
  removed = 0;

  constructor(space: KeySpace, journal: Journal, { revision, previousRevision }: CompactionJob, begunMs: number) {
    this.begunMs = begunMs;
    this.#space = space;
    this.#journal = journal;
    this.#revision = revision;
    space.log.seal();
    this.#bound = space.log.idAfter(revision);
    const part = { compactRevision: previousRevision, bound: this.#bound };
    this.#hasher = new HistoryHasher(space, part, this.#keepsSomething());
  }

  get hash(): number {
    return this.#hasher.hash;
  }

  /** Goes on by so many records; true when it is through. */
  step(limit: number): boolean {
    const dropped = new Set<number>();
    let seen = 0;
    this.#space.log.walk(this.#nextId, (segment, slot) => {
      const id = segment.idAt(slot);
      if (id >= this.#bound || seen === limit) return false;
      seen++;
      this.#nextId = id + 1;
      this.#hasher.add(segment, slot);
      if (!this.#isKept(segment, slot)) {
        dropped.add(id);
        this.#forget(segment, slot);
      }
      return true;
    });
    this.#space.log.drop(dropped);
    this.removed += dropped.size;
    return seen < limit;
  }

  #forget(segment: Segment, slot: number): void {
    this.#journal.delete('key', segment.revisionKey(slot));
    if (segment.nextId(slot) !== 0) return;
    // Of a key that was deleted and never made again nothing is left.
    this.#space.readRecord(segment, slot);
    this.#space.index.delete(this.#space.reader.key);
  }

  /** The latest record of each key stays; as a tombstone only at the very revision, for watchers that begin there. */
  #isKept(segment: Segment, slot: number): boolean {
    if (!this.#space.isLatest(segment, slot, this.#bound)) return false;
    return !segment.isTombstone(slot) || segment.main(slot) === this.#revision;
  }

  #keepsSomething(): boolean {
    let keeps = false;
    this.#space.log.walk(0, (segment, slot) => {
      if (segment.idAt(slot) >= this.#bound) return false;
      keeps = this.#isKept(segment, slot);
      return !keeps;
    });
    return keeps;
  }
}
