import type { Event, KeyValue, WatchResponse } from '../../wire/index.ts';
import { lengthSize, varintSize } from '../history/varint.ts';

/** Bytes of a response without events on the wire, at most. */
const FRAME_SIZE = 128;

/** Bytes of the event within a response on the wire. */
export function eventSize(event: Event): number {
  const size = (event.type === 0 ? 0 : 2) + nestedSize(event.kv) + nestedSize(event.prev_kv);
  return 1 + lengthSize(size) + size;
}

function nestedSize(kv: KeyValue | undefined): number {
  if (kv === undefined) return 0;
  const size =
    bytesSize(kv.key) +
    numberSize(kv.create_revision) +
    numberSize(kv.mod_revision) +
    numberSize(kv.version) +
    bytesSize(kv.value) +
    numberSize(kv.lease);
  return 1 + lengthSize(size) + size;
}

function bytesSize({ length }: Uint8Array): number {
  return length === 0 ? 0 : 1 + lengthSize(length) + length;
}

function numberSize(value: bigint): number {
  return value === 0n ? 0 : 1 + varintSize(value);
}

/**
 * Cuts a response into parts of at most so many bytes, or of a single event that is larger; all but the last are marked
 * as fragments.
 */
export function fragments(response: WatchResponse, maxBytes: number): WatchResponse[] {
  const parts: Event[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const event of response.events) {
    const added = eventSize(event);
    if (size + added >= maxBytes) {
      parts.push([]);
      size = FRAME_SIZE;
    }
    parts.at(-1)?.push(event);
    size += added;
  }
  return parts.map((events, index) => ({ ...response, events, fragment: index < parts.length - 1 }));
}
