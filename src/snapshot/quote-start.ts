import { quote } from '../base/index.ts';

const MOST_BYTES = 64;

/** Bytes for a message, quoted as Go does; of many, which damage makes of few, only the first. */
export function quoteStart(bytes: Uint8Array): string {
  if (bytes.length <= MOST_BYTES) return quote(bytes);
  return `${quote(bytes.subarray(0, MOST_BYTES))}... (${bytes.length} bytes)`;
}
