import { concatBytes } from './bytes.ts';
import { utf8DecodeStrict, utf8Encode } from './utf8.ts';

const rawBase = 0xdc00; // a byte that is not UTF-8 becomes the lone surrogate 0xdc00 + byte
const longestSequence = 4;

/**
 * Any bytes as a string that {@link rawTextBytes} turns back into the same
 * bytes, so that what users type reaches etcd byte for byte. UTF-8 reads as
 * usual; a byte that is none becomes a lone surrogate (as in Python's
 * surrogateescape, PEP 383).
 */
export function rawText(bytes: Uint8Array): string {
  const whole = utf8DecodeStrict(bytes);
  if (whole !== undefined) return whole;
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const sequence = sequenceAt(bytes, at);
    text += sequence?.text ?? String.fromCharCode(rawBase + (bytes[at] ?? 0));
    at += sequence?.length ?? 1;
  }
  return text;
}

function sequenceAt(bytes: Uint8Array, at: number): { text: string; length: number } | undefined {
  for (let length = 1; length <= longestSequence && at + length <= bytes.length; length++) {
    const text = utf8DecodeStrict(bytes.subarray(at, at + length));
    if (text !== undefined) return { text, length };
  }
  return undefined;
}

/** The bytes of a string made by {@link rawText}; of any other string, its UTF-8. */
export function rawTextBytes(text: string): Uint8Array {
  // By their numbers: the set behind \p{Surrogate} takes V8 a while to build, at every start.
  if (!/[\ud800-\udfff]/u.test(text)) return utf8Encode(text);
  const parts = text.split(/([\ud800-\udfff])/u).map((part) => {
    const raw = part.length === 1 ? part.charCodeAt(0) - rawBase : -1;
    return raw >= 0x80 && raw <= 0xff ? Uint8Array.of(raw) : utf8Encode(part);
  });
  return concatBytes(parts);
}
