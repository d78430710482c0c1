import type { Journal } from '../backend/index.ts';
import type { KeySpace } from './key-space.ts';
import { encodeRevisionKey } from './history/revision-key.ts';
import { LATEST } from './key-space.ts';
import type { ReadView } from './read-view.ts';
import type { LeaseBook } from './types.ts';

const NO_LEASE = 0n;

/** The changes of one revision, which shows only in them until the store takes it for its current one. */
export class WriteBatch implements ReadView {
  readonly space: KeySpace;
  readonly compactRevision: bigint;
  readonly #journal: Journal;
  readonly #leases: LeaseBook;
  /** The revision before the batch. */
  readonly #before: bigint;
  /** The revision that its changes have. */
  readonly #main: bigint;
  /** What was asked of it, for counting. */
  readonly asked = { ranges: 0, puts: 0, deletes: 0, putBytes: 0 };
  #changes = 0;
  #firstId = 0;

  constructor(view: ReadView, journal: Journal, leases: LeaseBook) {
    this.space = view.space;
    this.compactRevision = view.compactRevision;
    this.#before = view.revision;
    this.#main = view.revision + 1n;
    this.#journal = journal;
    this.#leases = leases;
  }

  /** The revision it leads to: a new one as soon as anything has changed. */
  get revision(): bigint {
    return this.#changes === 0 ? this.#before : this.#main;
  }

  get isEmpty(): boolean {
    return this.#changes === 0;
  }

  /** The id of its first record. */
  get firstId(): number {
    return this.#firstId;
  }

  put(key: Uint8Array, value: Uint8Array, lease: bigint): void {
    this.asked.puts += 1;
    this.asked.putBytes += key.length + value.length;
    const { id, previousLease: oldLease } = this.space.put(key, value, lease, this.#main, this.#changes);
    this.#record(id, false);
    if (oldLease === lease) return;
    this.#detach(oldLease, key);
    if (lease !== NO_LEASE) this.#leases.attach(lease, key);
  }

  /** Deletes what exists of a range; returns how many keys that were. */
  deleteRange(key: Uint8Array, rangeEnd: Uint8Array): number {
    this.asked.deletes += 1;
    const doomed: { readonly key: Uint8Array; readonly lease: bigint }[] = [];
    const { reader } = this.space;
    this.space.visit(key, rangeEnd, LATEST, (segment, slot) => {
      this.space.readRecord(segment, slot);
      doomed.push({ key: reader.key, lease: reader.lease });
      return true;
    });
    for (const { key: deleted, lease } of doomed) {
      this.#record(this.space.tombstone(deleted, this.#main, this.#changes), true);
      this.#detach(lease, deleted);
    }
    return doomed.length;
  }

  #record(id: number, isTombstone: boolean): void {
    if (this.#changes === 0) this.#firstId = id;
    const segment = this.space.log.segmentOf(id);
    const slot = segment?.slotOf(id) ?? 0;
    if (segment) {
      this.#journal.put('key', encodeRevisionKey(this.#main, this.#changes, isTombstone), segment.message(slot));
    }
    this.#changes++;
  }

  /** A lease may have gone by now: its keys go with it, one by one. */
  #detach(lease: bigint, key: Uint8Array): void {
    if (lease !== NO_LEASE && this.#leases.exists(lease)) this.#leases.detach(lease, key);
  }
}
