import type { Event, KeyValue } from '../../wire/index.ts';
import type { Segment } from '../history/segment.ts';
import type { KeySpace } from '../key-space.ts';

const PUT = 0;
const DELETE = 1;

/** The event that a record stands for, made once for all who watch its key. */
export class EventSource {
  readonly #space: KeySpace;
  readonly #segment: Segment;
  readonly #slot: number;
  readonly #compactRevision: bigint;
  #plain: Event | undefined;
  #withPrevious: Event | undefined;

  constructor(space: KeySpace, compactRevision: bigint, segment: Segment, slot: number) {
    this.#space = space;
    this.#compactRevision = compactRevision;
    this.#segment = segment;
    this.#slot = slot;
  }

  get id(): number {
    return this.#segment.idAt(this.#slot);
  }

  get revision(): bigint {
    return this.#segment.main(this.#slot);
  }

  get isDelete(): boolean {
    return this.#segment.isTombstone(this.#slot);
  }

  /** About what the event takes on the wire, without the key's previous state. */
  get size(): number {
    return this.#segment.size(this.#slot);
  }

  get key(): Uint8Array {
    this.#space.readRecord(this.#segment, this.#slot);
    return this.#space.reader.key;
  }

  /** @param withPrevious also what the key was before, if that was not compacted */
  event(withPrevious: boolean): Event {
    this.#plain ??= this.#make();
    if (!withPrevious) return this.#plain;
    this.#withPrevious ??= { ...this.#plain, prev_kv: this.#previous() };
    return this.#withPrevious;
  }

  #make(): Event {
    this.#space.readRecord(this.#segment, this.#slot);
    const kv = this.#space.reader.keyValue();
    // A tombstone's message is its key alone.
    if (this.isDelete) kv.mod_revision = this.revision;
    return { type: this.isDelete ? DELETE : PUT, kv, prev_kv: undefined };
  }

  #previous(): KeyValue | undefined {
    const { revision } = this;
    if (revision - 1n < this.#compactRevision) return undefined;
    const { log } = this.#space;
    for (let id = this.#segment.previousId(this.#slot); id !== 0; ) {
      const segment = log.segmentOf(id);
      const slot = segment?.slotOf(id) ?? -1;
      if (segment === undefined || slot < 0) return undefined;
      // Within one revision a key may be put and then deleted: what it was before both counts.
      if (segment.main(slot) < revision) {
        if (segment.isTombstone(slot)) return undefined;
        this.#space.readRecord(segment, slot);
        return this.#space.reader.keyValue();
      }
      id = segment.previousId(slot);
    }
    return undefined;
  }
}
