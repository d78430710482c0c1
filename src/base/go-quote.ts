import { isPrint } from './go-print.ts';
import { forEachRune, isRune, replacementRune, utf8Encode } from './utf8.ts';

const named: ReadonlyMap<number, string> = new Map([
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
]);

/**
 * Go's strconv.Quote, which is fmt's %q: the bytes as a double-quoted Go string literal. Printable characters stay
 * as they are, bytes that are not UTF-8 become `\xNN`.
 */
export function quote(value: Uint8Array | string): string {
  if (typeof value === 'string' && /^[ !#-[\]-~]*$/.test(value)) return `"${value}"`;
  const bytes = typeof value === 'string' ? utf8Encode(value) : value;
  let text = '"';
  forEachRune(bytes, (rune, at) => {
    text += rune < 0 ? `\\x${hex(bytes[at] ?? 0, 2)}` : escapeRune(rune, '"');
  });
  return `${text}"`;
}

/** Go's %q of a rune: a single-quoted character literal; what is no code point becomes U+FFFD. */
export function quoteRune(rune: number): string {
  return `'${escapeRune(isRune(rune) ? rune : replacementRune, "'")}'`;
}

function escapeRune(rune: number, delimiter: string): string {
  const character = String.fromCodePoint(rune);
  if (character === delimiter || character === '\\') return `\\${character}`;
  if (isPrint(rune)) return character;
  const short = named.get(rune);
  if (short !== undefined) return short;
  if (rune < 0x20 || rune === 0x7f) return `\\x${hex(rune, 2)}`;
  return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}
