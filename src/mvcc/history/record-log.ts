import type { Record } from '../../backend/index.ts';
import { type Place, Segment, SEGMENT_RECORDS } from './segment.ts';
import { type PutFields, keyValueSize, writeKeyValue } from './key-value-codec.ts';

/** What is left of a segment is joined with the one before it while both have no more records than this. */
const SMALL_SEGMENT = SEGMENT_RECORDS / 4;

/**
 * All records of bucket `key` in the order of their revisions. A record is known by its id: ids ascend as revisions do,
 * so that comparing two ids compares revisions, and are never used again. Each record knows the ones of the same key
 * before and after it; one that is gone (`slotOf` does not find it) counts as none.
 */
export class RecordLog {
  /** In order; the last one grows. */
  #segments: Segment[];
  /** By id divided by SEGMENT_RECORDS, less `#tableStart`: where to look for a record. */
  #table: (Segment | undefined)[];
  #tableStart = 1;
  #open: Segment;
  #count = 0;
  #sizeBytes = 0;

  constructor() {
    // From 1 on, since 0 stands for no record.
    this.#open = new Segment(SEGMENT_RECORDS);
    this.#segments = [this.#open];
    this.#table = [this.#open];
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes of keys and values. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The id that the next record gets, or one before it. */
  get endId(): number {
    return this.#open.firstId + this.#open.count;
  }

  /** Where to look for a record; undefined if it is surely gone. */
  segmentOf(id: number): Segment | undefined {
    return this.#table[slotOfTable(id) - this.#tableStart];
  }

  /** Appends a put, or without fields a tombstone; returns its id. */
  append(place: Place, key: Uint8Array, value: Uint8Array, fields?: PutFields): number {
    const size = keyValueSize(key, value, fields);
    const segment = this.#roomFor(size);
    const at = segment.append(place, size);
    writeKeyValue(segment.bytes, at, key, value, fields);
    return this.#added(segment);
  }

  /** Appends a record that was stored before, just as it was. */
  appendMessage(place: Place, message: Uint8Array): number {
    const segment = this.#roomFor(message.length);
    const at = segment.append(place, message.length);
    segment.bytes.set(message, at);
    return this.#added(segment);
  }

  /** Lets a record know that another of the same key came after it. */
  supersede(id: number, nextId: number): void {
    const segment = this.segmentOf(id);
    const slot = segment?.slotOf(id) ?? -1;
    if (slot >= 0) segment?.setNextId(slot, nextId);
  }

  /** The smallest id of records after a main revision; beyond all if there is none. */
  idAfter(main: bigint): number {
    let low = 0;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const segment = this.#segments[middle];
      if (segment === undefined || (segment.count > 0 && segment.main(0) <= main)) low = middle + 1;
      else high = middle;
    }
    const [segment, next] = [this.#segments[low - 1], this.#segments[low]];
    const slot = segment?.slotAfter(main) ?? 0;
    if (segment !== undefined && slot < segment.count) return segment.idAt(slot);
    return next !== undefined && next.count > 0 ? next.idAt(0) : this.endId;
  }

  /** Calls back for the records from an id on, until told false. */
  walk(fromId: number, visit: (segment: Segment, slot: number) => boolean): void {
    for (let i = this.#segmentFrom(fromId); i < this.#segments.length; i++) {
      const segment = this.#segments[i];
      if (segment === undefined) return;
      for (let slot = segment.slotFrom(fromId); slot < segment.count; slot++) if (!visit(segment, slot)) return;
    }
  }

  /** From here on records go to a new segment, so that those there are can be dropped. */
  seal(): void {
    if (this.#open.count > 0) this.#openNext();
  }

  /** Lets records go; all lie before the last `seal`. */
  drop(ids: ReadonlySet<number>): void {
    const segments = new Set<Segment>();
    for (const id of ids) {
      const segment = this.segmentOf(id);
      if (segment !== undefined) segments.add(segment);
    }
    for (const segment of segments) this.#rewrite(segment, ids);
    let gone = 0;
    while (gone < this.#table.length && this.#table[gone] === undefined) gone++;
    this.#table.splice(0, gone);
    this.#tableStart += gone;
  }

  /** The records as they are now, for later. */
  records(): Iterable<Record> {
    const segments = this.#segments.map((segment) => ({ segment, count: segment.count }));
    return {
      *[Symbol.iterator]() {
        for (const { segment, count } of segments) {
          for (let slot = 0; slot < count; slot++) yield [segment.revisionKey(slot), segment.message(slot)] as const;
        }
      },
    };
  }

  #roomFor(size: number): Segment {
    if (!this.#open.hasRoom(size)) this.#openNext();
    return this.#open;
  }

  #added(segment: Segment): number {
    const slot = segment.count - 1;
    this.#count++;
    this.#sizeBytes += segment.size(slot);
    return segment.firstId + slot;
  }

  #openNext(): void {
    this.#open.trim();
    this.#open = new Segment(this.#open.firstId + SEGMENT_RECORDS);
    this.#segments.push(this.#open);
    this.#table.push(this.#open);
  }

  /** The index of the first segment that may hold this id or later ones. */
  #segmentFrom(id: number): number {
    let low = 0;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#segments[middle]?.firstId ?? 0) <= id) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #rewrite(segment: Segment, dropped: ReadonlySet<number>): void {
    const at = this.#segments.indexOf(segment, this.#segmentFrom(segment.firstId));
    for (let slot = 0; slot < segment.count; slot++) {
      if (!dropped.has(segment.idAt(slot))) continue;
      this.#count--;
      this.#sizeBytes -= segment.size(slot);
    }
    const left = Segment.merge([segment], (id) => !dropped.has(id));
    const before = this.#segments[at - 1];
    if (left.count === 0) {
      this.#replace(at, 1, segment, undefined);
    } else if (
      before &&
      before.count <= SMALL_SEGMENT &&
      left.count <= SMALL_SEGMENT &&
      before.hasRoom(left.byteLength)
    ) {
      const merged = Segment.merge([before, left], () => true);
      this.#replace(at - 1, 2, segment, merged);
      this.#point(before, merged);
    } else {
      this.#replace(at, 1, segment, left);
    }
  }

  #replace(at: number, count: number, old: Segment, segment: Segment | undefined): void {
    this.#segments.splice(at, count, ...(segment ? [segment] : []));
    this.#point(old, segment);
  }

  /** A segment has table entries from that of its first id to that of its last record. */
  #point(old: Segment, segment: Segment | undefined): void {
    const last = segment === undefined ? 0 : slotOfTable(segment.lastId);
    for (let i = slotOfTable(old.firstId); i <= slotOfTable(old.lastId); i++) {
      if (this.#table[i - this.#tableStart] !== old) continue;
      this.#table[i - this.#tableStart] = i <= last ? segment : undefined;
    }
  }
}

function slotOfTable(id: number): number {
  return Math.floor(id / SEGMENT_RECORDS);
}
