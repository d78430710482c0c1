import type { Entry } from '../types.ts';

/** Bytes of the payloads alone: what flow control and the limit on uncommitted entries count. */
export function payloadBytes(entries: readonly Entry[]): number {
  let bytes = 0;
  for (const { data } of entries) {
    bytes += data.length;
  }
  return bytes;
}

/** Bytes of the entries as raft.proto encodes them: what limits on messages and on batches to apply count. */
export function encodedBytes(entries: readonly Entry[]): number {
  let bytes = 0;
  for (const entry of entries) {
    bytes += encodedSize(entry);
  }
  return bytes;
}

/** How many of the entries in `[from, to)` fit into `maxBytes`: at least one, if there is one. */
export function countWithin(entries: readonly Entry[], from: number, to: number, maxBytes: number): number {
  if (maxBytes === Number.POSITIVE_INFINITY) {
    return to - from;
  }
  let bytes = 0;
  for (let i = from; i < to; i++) {
    const entry = entries[i];
    bytes += entry === undefined ? 0 : encodedSize(entry);
    if (bytes > maxBytes && i > from) {
      return i - from;
    }
  }
  return to - from;
}

function encodedSize({ term, index, type, data }: Entry): number {
  const payload = data.length === 0 ? 0 : 1 + varintSize(data.length) + data.length;
  return 2 + bigVarintSize(term) + bigVarintSize(index) + (type === 'EntryNormal' ? 0 : 2) + payload;
}

function bigVarintSize(value: bigint): number {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? varintSize(Number(value)) : Math.ceil(value.toString(2).length / 7);
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    size++;
  }
  return size;
}
