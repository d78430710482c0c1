import type { Record } from '../../backend/index.ts';
import { refuse } from '../../wire/etcd-error.ts';
import type { KeySpace } from '../key-space.ts';
import type { StoredState } from '../open-store.ts';
import { FINISHED, metaRecord, SCHEDULED } from './compaction-records.ts';
import { Compactor, type CompactorOptions } from './compactor.ts';
import { type StoredHash, StoredHashes } from './stored-hashes.ts';

/** The revision of a compaction that never was, as etcd tells it. */
const NEVER = -1n;

/** How far a history is compacted: what was asked for, what has been removed, and the hashes that came of it. */
export class Compactions {
  readonly #options: CompactorOptions;
  readonly #compactor: Compactor;
  readonly #hashes = new StoredHashes();
  readonly #waiting = new Set<{ resolve(): void; reject(error: Error): void }>();
  #revision: bigint;
  /** Up to where the records of earlier history are gone. */
  #finishedRevision: bigint | undefined;

  /** Goes on with a compaction that was cut short. */
  constructor(space: KeySpace, { finished, scheduled }: StoredState['compactions'], options: CompactorOptions) {
    this.#options = options;
    this.#compactor = new Compactor(space, options);
    this.#finishedRevision = finished;
    this.#revision = finished ?? NEVER;
    if (scheduled === undefined || scheduled === 0n || scheduled <= this.#revision) return;
    // Nobody waits for it any more, and its hash would miss what was removed before.
    void this.#begin(scheduled, false);
  }

  /** History before it is gone; -1 before the first compaction. */
  get revision(): bigint {
    return this.#revision;
  }

  /** What the last compactions left behind them. */
  get hashes(): Pick<StoredHashes, 'at' | 'newest'> {
    return this.#hashes;
  }

  /** The records that tell of it in bucket `meta`. */
  metaRecords(): Record[] {
    const records: Record[] = [];
    if (this.#finishedRevision !== undefined) records.push(metaRecord(FINISHED, this.#finishedRevision));
    if (this.#revision !== NEVER) records.push(metaRecord(SCHEDULED, this.#revision));
    return records;
  }

  /**
   * The records go in batches from now on.
   * @returns when they are gone; it fails if that is not to be any more
   */
  begin(revision: bigint): Promise<void> {
    return this.#begin(revision, (this.#finishedRevision ?? NEVER) === this.#revision);
  }

  /** Another history takes the place of this one: there is nothing left to wait for. */
  supersede(): void {
    this.#compactor.stop();
    for (const waiting of this.#waiting) waiting.resolve();
    this.#waiting.clear();
  }

  close(): void {
    this.#compactor.stop();
    for (const waiting of this.#waiting) waiting.reject(refuse.stopped());
    this.#waiting.clear();
  }

  /** @param isHashed nothing of an earlier compaction was left to remove, so that the hash tells of all there was */
  #begin(revision: bigint, isHashed: boolean): Promise<void> {
    const previousRevision = this.#revision;
    this.#revision = revision;
    this.#options.journal.put('meta', ...metaRecord(SCHEDULED, revision));
    const done = new Promise<void>((resolve, reject) => {
      const waiting = { resolve, reject };
      this.#waiting.add(waiting);
      const finished = (hash: StoredHash): void => {
        this.#finishedRevision = revision;
        if (isHashed) this.#keepHash(hash);
        this.#waiting.delete(waiting);
        resolve();
      };
      this.#compactor.add({ revision, previousRevision, finished });
    });
    // Not everyone waits for it.
    done.catch(() => undefined);
    return done;
  }

  #keepHash(stored: StoredHash): void {
    this.#hashes.add(stored);
    const { hash, hashRevision: revision, compactRevision } = stored;
    const fields = { hash, revision, 'compact-revision': compactRevision };
    this.#options.logger?.({ level: 'info', message: 'storing new hash', fields });
  }
}
