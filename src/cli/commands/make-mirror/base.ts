import type { Init, KeyValue, RangeRequest, RangeResponse } from '../../../wire/index.ts';
import type { KeyRange } from '../ranges.ts';

/** A range of keys as it was at one revision. */
export interface Base {
  readonly revision: bigint;
  readonly count: bigint;
  /** In key order; each page is read while the one before is used. */
  readonly keys: AsyncIterable<KeyValue>;
}

/** Asks the source for a range. */
export type ReadRange = (request: Init<RangeRequest>) => Promise<RangeResponse>;

const pageKeys = 1000n;

/**
 * Reads the first page of a range, whose revision all others are read at.
 * @throws what `read` throws; from `keys` too
 */
export async function readBase(read: ReadRange, range: KeyRange): Promise<Base> {
  const first = await read({ ...range, limit: pageKeys });
  const revision = first.header?.revision ?? 0n;
  return { revision, count: first.count, keys: readPages(read, range, revision, first) };
}

async function* readPages(
  read: ReadRange,
  range: KeyRange,
  revision: bigint,
  first: RangeResponse,
): AsyncGenerator<KeyValue, undefined, undefined> {
  let page = first;
  for (;;) {
    const last = page.kvs.at(-1);
    const hasMore = page.more && last !== undefined;
    const next = hasMore ? read({ ...range, key: keyAfter(last.key), revision, limit: pageKeys }) : undefined;
    // Its failure is thrown when its turn comes, unless nobody reads that far.
    next?.catch(() => undefined);
    yield* page.kvs;
    if (next === undefined) return;
    page = await next;
  }
}

/** The smallest key that is larger. */
function keyAfter(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}
