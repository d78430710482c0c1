/** The code point Go puts where bytes are not UTF-8. */
export const replacementRune = 0xfffd;

const encoder = new TextEncoder();
/* Made on first use: a short command needs none. */
let decoder: InstanceType<typeof TextDecoder> | undefined;
let strictDecoder: InstanceType<typeof TextDecoder> | undefined;

/** UTF-8 bytes of a string; a lone surrogate becomes U+FFFD. */
export function utf8Encode(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The string if the bytes are UTF-8 throughout, otherwise undefined. */
export function utf8DecodeStrict(bytes: Uint8Array): string | undefined {
  try {
    strictDecoder ??= new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * A string of bytes that may not be UTF-8. Each offending byte becomes one U+FFFD, as when Go
 * ranges over a string; TextDecoder would fold several bytes of a torn sequence into one.
 */
export function utf8Decode(bytes: Uint8Array): string {
  const whole = utf8DecodeStrict(bytes);
  if (whole !== undefined) return whole;
  let text = '';
  forEachRune(bytes, (rune) => {
    text += String.fromCodePoint(rune < 0 ? replacementRune : rune);
  });
  return text;
}

/** Decodes bytes known to be UTF-8. */
export function utf8DecodeValid(bytes: Uint8Array): string {
  decoder ??= new TextDecoder('utf-8', { ignoreBOM: true });
  return decoder.decode(bytes);
}

/** Bytes that the UTF-8 form of a code point takes; 1 for -1, the mark of an invalid byte. */
function runeLength(rune: number): number {
  if (rune < 0x80) return 1;
  if (rune < 0x800) return 2;
  return rune < 0x10000 ? 3 : 4;
}

/** Whether a number is a code point that UTF-8 can hold: no surrogate, at most U+10FFFF. */
export function isRune(value: number): boolean {
  return value >= 0 && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff);
}

/** Calls back with every code point and the offset of its first byte; -1 stands for one invalid byte. */
export function forEachRune(bytes: Uint8Array, visit: (rune: number, at: number) => void): void {
  for (let at = 0; at < bytes.length; ) {
    const rune = runeAt(bytes, at);
    visit(rune, at);
    at += runeLength(rune);
  }
}

/** The code point whose UTF-8 form starts at an offset, or -1 where there is none (overlong forms and surrogates are none). */
export function runeAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return first;
  if (first < 0xc2 || first > 0xf4) return -1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  let rune = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i] ?? 0;
    if ((next & 0xc0) !== 0x80) return -1;
    rune = (rune << 6) | (next & 0x3f);
  }
  const smallest = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
  return rune >= smallest && isRune(rune) ? rune : -1;
}
