/** Byte order of two strings of bytes: negative, zero or positive; a prefix comes before what it begins. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}

export function startsWithBytes(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && equalBytes(bytes.subarray(0, prefix.length), prefix);
}

/** One new array out of many. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Where the range of all keys with a prefix ends: the first key after them. A prefix of nothing but 0xff bytes, or
 * an empty one, has no such key; a single zero byte then stands for "to the last key", as etcd has it.
 */
export function prefixEnd(prefix: Uint8Array): Uint8Array {
  for (let last = prefix.length - 1; last >= 0; last--) {
    const byte = prefix[last] ?? 0;
    if (byte === 0xff) continue;
    // A Buffer's own slice would share the prefix's memory.
    const end = Uint8Array.from(prefix.subarray(0, last + 1));
    end[last] = byte + 1;
    return end;
  }
  return Uint8Array.of(0);
}

/** A number of 64 bits, eight bytes, most significant first; a negative one as its two's complement. */
export function encodeUint64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

// Looked up, because dumps of millions of keys go through here byte by byte; made on first use, as most commands have none.
let digitPairs: readonly string[] | undefined;
const hexPairs = (): readonly string[] =>
  (digitPairs ??= Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')));

/** Lower-case hex of the bytes, two digits each: `666f6f`. */
export function hexOf(bytes: Uint8Array): string {
  const pairs = hexPairs();
  let text = '';
  for (const byte of bytes) text += pairs[byte] ?? '';
  return text;
}

/** Every byte as an escape: `\x66\x6f\x6f`. */
export function hexEscape(bytes: Uint8Array): string {
  const pairs = hexPairs();
  let text = '';
  for (const byte of bytes) text += `\\x${pairs[byte] ?? ''}`;
  return text;
}
