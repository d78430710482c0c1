import { crc32c, utf8Encode } from '../../base/index.ts';
import type { Segment } from '../history/segment.ts';
import type { KeySpace } from '../key-space.ts';

const SEED = crc32c(utf8Encode('key'));

/** Which part of a history a hash is of. */
export interface HashedPart {
  /** Of what lies up to here, only what is still needed counts; -1 if all does. */
  readonly compactRevision: bigint;
  /** Records from this id on do not count. */
  readonly bound: number;
}

/**
 * CRC-32C over keys and values of bucket `key`, by which members compare themselves; the same for etcd 3.4 to 3.7 and
 * whether or not a compaction has got to remove its records.
 */
export class HistoryHasher {
  readonly #space: KeySpace;
  readonly #part: HashedPart;
  /** Records before this id lie at the compacted revision or before it. */
  readonly #compactBound: number;
  /** Where nothing at all is needed any more, etcd counts everything. */
  readonly #skipsSuperseded: boolean;
  #hash = SEED;

  constructor(space: KeySpace, part: HashedPart, needsSomething: boolean) {
    this.#space = space;
    this.#part = part;
    this.#compactBound = space.log.idAfter(part.compactRevision);
    this.#skipsSuperseded = needsSomething;
  }

  /** Takes the records in order. */
  add(segment: Segment, slot: number): void {
    if (this.#counts(segment, slot)) this.#hash = segment.hash(slot, this.#hash);
  }

  get hash(): number {
    return this.#hash;
  }

  #counts(segment: Segment, slot: number): boolean {
    const isOld = segment.idAt(slot) < this.#compactBound;
    if (!isOld) return true;
    // What the compaction removes, or has removed. Of a tombstone at its very revision releases up to 3.5.15 keep
    // nothing either.
    if (!isNeeded(this.#space, segment, slot, this.#compactBound)) return false;
    return !this.#skipsSuperseded || isNeeded(this.#space, segment, slot, this.#part.bound);
  }
}

/** @param part without what must not count; `bound` at a revision that was not compacted */
export function hashHistory(space: KeySpace, part: HashedPart): number {
  let needsSomething = false;
  space.log.walk(0, (segment, slot) => {
    if (segment.idAt(slot) >= part.bound) return false;
    needsSomething = isNeeded(space, segment, slot, part.bound);
    return !needsSomething;
  });
  const hasher = new HistoryHasher(space, part, needsSomething);
  space.log.walk(0, (segment, slot) => {
    if (segment.idAt(slot) >= part.bound) return false;
    hasher.add(segment, slot);
    return true;
  });
  return hasher.hash;
}

/** Whether reads before the bound show it. */
function isNeeded(space: KeySpace, segment: Segment, slot: number, bound: number): boolean {
  return space.isLatest(segment, slot, bound) && !segment.isTombstone(slot);
}
