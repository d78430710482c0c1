import { crc32cRange } from '../../base/index.ts';
import { encodeRevisionKey, writeRevisionKey } from './revision-key.ts';

/** Records that a segment may hold, and ids that it takes up. */
export const SEGMENT_RECORDS = 512;
/** A segment is closed rather than grown beyond this, unless a single record is larger. */
const SEGMENT_BYTES = 128 * 1024;
const FIRST_BYTES = 2048;

/** Written anew for each record that is hashed. */
const hashedKey = new Uint8Array(18);

/** Where a record comes to lie. */
export interface Place {
  readonly main: bigint;
  readonly sub: number;
  readonly isTombstone: boolean;
  /** The record of the same key before it; 0 if there is none. */
  readonly previousId: number;
}

/**
 * Neighbouring records in columns, so that a million of them are a few thousand objects. Only the last segment of a
 * history grows. The others never change but in `nexts`, which nobody reads who keeps a segment for later.
 */
export class Segment {
  count = 0;
  /** The ids of the records; undefined while they follow each other from `firstId`. */
  #ids: Float64Array | undefined;
  readonly firstId: number;
  #mains: BigInt64Array;
  #subs: Uint32Array;
  #tombstones: Uint8Array;
  #previousIds: Float64Array;
  #nextIds: Float64Array;
  /** Where each record's message ends in `bytes`; it begins where the one before ends. */
  #ends: Uint32Array;
  #bytes: Uint8Array;

  constructor(firstId: number, capacity = SEGMENT_RECORDS, byteCapacity = FIRST_BYTES) {
    this.firstId = firstId;
    this.#mains = new BigInt64Array(capacity);
    this.#subs = new Uint32Array(capacity);
    this.#tombstones = new Uint8Array(capacity);
    this.#previousIds = new Float64Array(capacity);
    this.#nextIds = new Float64Array(capacity);
    this.#ends = new Uint32Array(capacity);
    this.#bytes = new Uint8Array(byteCapacity);
  }

  /** What is left of some segments, in order; `keeps` tells by segment and slot. */
  static merge(parts: readonly Segment[], keeps: (id: number) => boolean): Segment {
    const first = parts[0];
    const records = parts.reduce((sum, part) => sum + part.count, 0);
    const merged = new Segment(first?.firstId ?? 0, records, 0);
    merged.#ids = new Float64Array(records);
    merged.#bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
    for (const part of parts) {
      for (let slot = 0; slot < part.count; slot++) {
        const id = part.idAt(slot);
        if (keeps(id)) merged.#copy(id, part, slot);
      }
    }
    merged.trim();
    return merged;
  }

  /** Bytes of all messages. */
  get byteLength(): number {
    return this.end(this.count - 1);
  }

  /** Message bytes; see `start` and `end`. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Whether it still takes a record; the first is always taken. */
  hasRoom(size: number): boolean {
    if (this.count === 0) return true;
    return this.count < SEGMENT_RECORDS && this.byteLength + size <= SEGMENT_BYTES;
  }

  /** Makes room for a record and returns where in `bytes` its message is to be written. */
  append(place: Place, size: number): number {
    const start = this.byteLength;
    const end = start + size;
    if (end > this.#bytes.length) this.#grow(end);
    const slot = this.count++;
    this.#mains[slot] = place.main;
    this.#subs[slot] = place.sub;
    this.#tombstones[slot] = place.isTombstone ? 1 : 0;
    this.#previousIds[slot] = place.previousId;
    this.#ends[slot] = end;
    return start;
  }

  /** Gives back what it will not need, once no more is appended. */
  trim(): void {
    const { count, byteLength } = this;
    // A copy costs less than what an eighth wasted does in the long run.
    if (this.#bytes.length - byteLength > byteLength >> 3) this.#bytes = this.#bytes.slice(0, byteLength);
    if (this.#mains.length === count) return;
    this.#ids = this.#ids?.slice(0, count);
    this.#mains = this.#mains.slice(0, count);
    this.#subs = this.#subs.slice(0, count);
    this.#tombstones = this.#tombstones.slice(0, count);
    this.#previousIds = this.#previousIds.slice(0, count);
    this.#nextIds = this.#nextIds.slice(0, count);
    this.#ends = this.#ends.slice(0, count);
  }

  idAt(slot: number): number {
    return this.#ids === undefined ? this.firstId + slot : (this.#ids[slot] ?? 0);
  }

  get lastId(): number {
    return this.idAt(this.count - 1);
  }

  /** -1 if the record is not here. */
  slotOf(id: number): number {
    if (this.#ids === undefined) {
      const slot = id - this.firstId;
      return slot >= 0 && slot < this.count ? slot : -1;
    }
    const slot = this.slotFrom(id);
    return this.#ids[slot] === id ? slot : -1;
  }

  /** The first slot with this id or a later one; `count` if there is none. */
  slotFrom(id: number): number {
    if (this.#ids === undefined) return Math.min(Math.max(0, id - this.firstId), this.count);
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first slot with a main revision after this one; `count` if there is none. */
  slotAfter(main: bigint): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.main(middle) <= main) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  main(slot: number): bigint {
    return this.#mains[slot] ?? 0n;
  }

  sub(slot: number): number {
    return this.#subs[slot] ?? 0;
  }

  isTombstone(slot: number): boolean {
    return this.#tombstones[slot] === 1;
  }

  previousId(slot: number): number {
    return this.#previousIds[slot] ?? 0;
  }

  /** The record of the same key that came after it; 0 while it is the latest. */
  nextId(slot: number): number {
    return this.#nextIds[slot] ?? 0;
  }

  setNextId(slot: number, id: number): void {
    this.#nextIds[slot] = id;
  }

  start(slot: number): number {
    return slot === 0 ? 0 : (this.#ends[slot - 1] ?? 0);
  }

  end(slot: number): number {
    return slot < 0 ? 0 : (this.#ends[slot] ?? 0);
  }

  /** Key of bucket `key`. */
  revisionKey(slot: number): Uint8Array {
    return encodeRevisionKey(this.main(slot), this.sub(slot), this.isTombstone(slot));
  }

  /** Value of bucket `key`: the message itself. */
  message(slot: number): Uint8Array {
    return this.#bytes.subarray(this.start(slot), this.end(slot));
  }

  /** Bytes that the record takes in bucket `key`. */
  size(slot: number): number {
    return this.end(slot) - this.start(slot) + (this.isTombstone(slot) ? 18 : 17);
  }

  /** Continues a CRC-32C over key and value of the record. */
  hash(slot: number, seed: number): number {
    const length = writeRevisionKey(hashedKey, this.main(slot), this.sub(slot), this.isTombstone(slot));
    const hash = crc32cRange(hashedKey, 0, length, seed);
    return crc32cRange(this.#bytes, this.start(slot), this.end(slot), hash);
  }

  #copy(id: number, from: Segment, slot: number): void {
    const place = {
      main: from.main(slot),
      sub: from.sub(slot),
      isTombstone: from.isTombstone(slot),
      previousId: from.previousId(slot),
    };
    const message = from.message(slot);
    const at = this.append(place, message.length);
    this.#bytes.set(message, at);
    this.#nextIds[this.count - 1] = from.nextId(slot);
    if (this.#ids) this.#ids[this.count - 1] = id;
  }

  #grow(size: number): void {
    const bytes = new Uint8Array(Math.max(size, Math.min(this.#bytes.length * 2, SEGMENT_BYTES)));
    bytes.set(this.#bytes.subarray(0, this.byteLength));
    this.#bytes = bytes;
  }
}
