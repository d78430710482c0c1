import type { KeyValue, RangeRequest, RangeResponse } from '../wire/index.ts';
import type { Segment } from './history/segment.ts';
import type { KeyValueReader } from './history/key-value-codec.ts';
import { type ReadView, boundAt } from './read-view.ts';
import { sortKeyValues } from './range-sort.ts';
import { headerAt } from './response-header.ts';

const NONE = 0;
const ASCEND = 1;
const KEY = 0;
const VALUE = 4;
const EMPTY = new Uint8Array(0);

/**
 * Answers a range as etcd 3.7 does: `count` is of all keys in the range, whatever the limit and the filters leave of
 * them; keys alone come without lease, unless they are sorted by value.
 * @throws EtcdError compacted, futureRevision
 */
export function executeRange(view: ReadView, request: RangeRequest): RangeResponse {
  const bound = boundAt(view, request.revision);
  const collector = new Collector(view, request);
  view.space.visit(request.key, request.range_end, bound, (segment, slot) => collector.take(segment, slot));
  const kvs = collector.kvs;
  sortKeyValues(kvs, request.sort_target, request.sort_order);
  const more = request.limit > 0n && kvs.length > request.limit;
  if (more) kvs.length = Number(request.limit);
  // Sorting by value needed them.
  if (request.keys_only && request.sort_target === VALUE) for (const kv of kvs) kv.value = EMPTY;
  return { header: headerAt(view.revision), kvs, more, count: BigInt(collector.count) };
}

class Collector {
  readonly kvs: KeyValue[] = [];
  count = 0;
  readonly #view: ReadView;
  readonly #countOnly: boolean;
  readonly #bareKeys: boolean;
  readonly #filter: Filter | undefined;
  /** One more than was asked for, which tells whether there is more. */
  readonly #atMost: number;

  constructor(view: ReadView, request: RangeRequest) {
    this.#view = view;
    this.#countOnly = request.count_only;
    this.#bareKeys = request.keys_only && request.sort_target !== VALUE;
    this.#filter = filterOf(request);
    const inKeyOrder = request.sort_order === ASCEND && request.sort_target === KEY;
    // With no order but a target, etcd cuts before it sorts; not so with a filter.
    const cutsFirst = request.sort_order === NONE && (request.sort_target === KEY || this.#filter === undefined);
    const isCut = request.limit > 0n && (inKeyOrder || cutsFirst);
    this.#atMost = isCut ? Number(request.limit) + 1 : Number.POSITIVE_INFINITY;
  }

  take(segment: Segment, slot: number): boolean {
    this.count++;
    if (this.#countOnly || this.kvs.length >= this.#atMost) return true;
    const { space } = this.#view;
    space.readRecord(segment, slot);
    if (this.#filter === undefined || this.#filter(space.reader)) this.kvs.push(this.#keyValue(space.reader));
    return true;
  }

  #keyValue(reader: KeyValueReader): KeyValue {
    const kv = reader.keyValue(!this.#bareKeys);
    if (this.#bareKeys) kv.lease = 0n;
    return kv;
  }
}

type Filter = (record: KeyValueReader) => boolean;

/** Bounds of zero are none. */
function filterOf(request: RangeRequest): Filter | undefined {
  const { min_mod_revision: minMod, max_mod_revision: maxMod } = request;
  const { min_create_revision: minCreate, max_create_revision: maxCreate } = request;
  if (minMod === 0n && maxMod === 0n && minCreate === 0n && maxCreate === 0n) return undefined;
  return ({ modRevision, createRevision }) =>
    (maxMod === 0n || modRevision <= maxMod) &&
    (minMod === 0n || modRevision >= minMod) &&
    (maxCreate === 0n || createRevision <= maxCreate) &&
    (minCreate === 0n || createRevision >= minCreate);
}
