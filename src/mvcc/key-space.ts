import { KeyValueReader } from './history/key-value-codec.ts';
import { RecordLog } from './history/record-log.ts';
import type { Segment } from './history/segment.ts';
import { KeyIndex } from './keys/key-index.ts';

/** Calls for a record; false ends the walk. */
export type Visit = (segment: Segment, slot: number) => boolean;

/** Reads at the latest state, of whatever revision. */
export const LATEST = Number.POSITIVE_INFINITY;

export interface Put {
  /** Of the record. */
  readonly id: number;
  /** The lease that the key had; 0 if it had none or did not exist. */
  readonly previousLease: bigint;
}

const EMPTY = new Uint8Array(0);

/**
 * Keys and their records. What is read is read as of a bound: records with this id and later ones do not show. A key
 * exists if the latest record before the bound is not a tombstone.
 */
export class KeySpace {
  readonly log = new RecordLog();
  readonly index = new KeyIndex();
  /** Shared by all who read a record at once. */
  readonly reader = new KeyValueReader();
  #keyCount = 0;

  /** Keys that exist in the latest state. */
  get keyCount(): number {
    return this.#keyCount;
  }

  /** Reads the key's record into `reader`; false if the key does not exist. */
  read(key: Uint8Array, bound = LATEST): boolean {
    return this.#visitRecord(this.index.get(key), bound, (segment, slot) => this.readRecord(segment, slot));
  }

  /** Reads into `reader`; true. */
  readRecord(segment: Segment, slot: number): boolean {
    this.reader.read(segment.bytes, segment.start(slot), segment.end(slot));
    return true;
  }

  /**
   * Visits the records of the keys from `key` on, before `rangeEnd`, in order. The range end is that of requests: empty
   * for the key alone, a zero byte for all keys after it too.
   */
  visit(key: Uint8Array, rangeEnd: Uint8Array, bound: number, visit: Visit): void {
    if (rangeEnd.length === 0) {
      this.#visitRecord(this.index.get(key), bound, visit);
      return;
    }
    const end = rangeEnd.length === 1 && rangeEnd[0] === 0 ? undefined : rangeEnd;
    let goesOn = true;
    this.index.scan(key, end, (latestId) => {
      this.#visitRecord(latestId, bound, (segment, slot) => (goesOn = visit(segment, slot)));
      return goesOn;
    });
  }

  /** Takes a put in; it makes a key that does not exist. `reader` then holds what the key was before. */
  put(key: Uint8Array, value: Uint8Array, lease: bigint, main: bigint, sub: number): Put {
    const previousId = this.index.get(key);
    const exists = this.#visitRecord(previousId, LATEST, (segment, slot) => this.readRecord(segment, slot));
    const { reader } = this;
    const fields = {
      createRevision: exists ? reader.createRevision : main,
      modRevision: main,
      version: exists ? reader.version + 1n : 1n,
      lease,
    };
    const id = this.log.append({ main, sub, isTombstone: false, previousId }, key, value, fields);
    this.#link(key, previousId, id);
    if (!exists) this.#keyCount++;
    return { id, previousLease: exists ? reader.lease : 0n };
  }

  /** Takes a tombstone in, of a key that exists. Returns the record's id. */
  tombstone(key: Uint8Array, main: bigint, sub: number): number {
    const previousId = this.index.get(key);
    const id = this.log.append({ main, sub, isTombstone: true, previousId }, key, EMPTY);
    this.#link(key, previousId, id);
    this.#keyCount--;
    return id;
  }

  /** Takes in a record that was stored before. */
  load(main: bigint, sub: number, isTombstone: boolean, message: Uint8Array): void {
    this.reader.read(message, 0, message.length);
    const { key } = this.reader;
    const previousId = this.index.get(key);
    const existed = this.#visitRecord(previousId, LATEST, () => true);
    this.#link(key, previousId, this.log.appendMessage({ main, sub, isTombstone, previousId }, message));
    if (existed && isTombstone) this.#keyCount--;
    else if (!existed && !isTombstone) this.#keyCount++;
  }

  /** Whether the record is the latest of its key before the bound. */
  isLatest(segment: Segment, slot: number, bound: number): boolean {
    const nextId = segment.nextId(slot);
    return nextId === 0 || nextId >= bound;
  }

  /** Right after the key was looked up. */
  #link(key: Uint8Array, previousId: number, id: number): void {
    if (previousId !== 0) this.log.supersede(previousId, id);
    this.index.set(key, id);
  }

  /** Goes back from a key's latest record to the one that shows; false without a visit if there is none. */
  #visitRecord(latestId: number, bound: number, visit: Visit): boolean {
    let id = latestId;
    while (id !== 0) {
      const segment = this.log.segmentOf(id);
      // Gone are only records that were compacted, and with them all before.
      if (segment === undefined) return false;
      const slot = segment.slotOf(id);
      if (slot < 0) return false;
      if (id < bound) return !segment.isTombstone(slot) && visit(segment, slot);
      id = segment.previousId(slot);
    }
    return false;
  }
}
