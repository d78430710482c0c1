import { concatBytes } from './bytes.ts';
import { TextError } from './text-error.ts';
import { isRune, utf8Encode } from './utf8.ts';

const controls: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, '"': 34 };

/**
 * Go's strconv.Unquote for double-quoted and back-quoted literals. The result is bytes, since `\xNN` may make any.
 * @throws {TextError} `invalid syntax`
 */
export function unquote(text: string): Uint8Array {
  const delimiter = text[0];
  if (text.length >= 2 && text.endsWith(delimiter ?? '')) {
    const inner = text.slice(1, -1);
    if (delimiter === '"') return unescape(inner);
    // Go drops carriage returns from raw literals.
    if (delimiter === '`' && !inner.includes('`')) return utf8Encode(inner.replaceAll('\r', ''));
  }
  throw invalid();
}

/** A literal read from the middle of a text: its bytes, and the index just after its closing quote. */
export interface ScannedQuote {
  readonly bytes: Uint8Array;
  readonly next: number;
}

/**
 * Reads one quoted string at an index, as fmt.Sscanf does for %q (without the blanks that Sscanf skips before it).
 * Unlike {@link unquote}, a back-quoted string keeps its carriage returns.
 * @throws {TextError} `expected quoted string`, `EOF` (nothing left), `unexpected EOF` (no closing quote) or `invalid syntax`
 */
export function scanQuoted(text: string, at: number): ScannedQuote {
  if (at >= text.length) throw new TextError('EOF');
  const delimiter = text[at];
  if (delimiter !== '"' && delimiter !== '`') throw new TextError('expected quoted string');
  const end = delimiter === '`' ? text.indexOf('`', at + 1) : closingQuote(text, at + 1);
  if (end < 0) throw new TextError('unexpected EOF');
  const inner = text.slice(at + 1, end);
  return { bytes: delimiter === '`' ? utf8Encode(inner) : unescape(inner), next: end + 1 };
}

/** Only the character right after a backslash can be a quote that does not end the string. */
function closingQuote(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return -1;
}

/** What may stand between double quotes: a run of plain text, or one escape of some kind. */
const token =
  /(?<plain>[^\\"\n]+)|\\(?:(?<control>[abfnrtv\\"])|(?<octal>[0-7]{3})|x(?<byte>[\da-fA-F]{2})|u(?<short>[\da-fA-F]{4})|U(?<long>[\da-fA-F]{8}))/gy;

/** The bytes of what stands between double quotes. */
function unescape(inner: string): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const match of inner.matchAll(token)) {
    parts.push(tokenBytes(match.groups ?? {}));
    at += match[0].length;
  }
  if (at !== inner.length) throw invalid();
  return concatBytes(parts);
}

function tokenBytes(groups: Readonly<Record<string, string | undefined>>): Uint8Array {
  const { plain, control, octal, byte, short, long } = groups;
  if (plain !== undefined) return utf8Encode(plain);
  if (control !== undefined) return Uint8Array.of(controls[control] ?? 0);
  if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
  if (octal !== undefined) {
    const value = Number.parseInt(octal, 8);
    if (value > 0xff) throw invalid();
    return Uint8Array.of(value);
  }
  const rune = Number.parseInt(short ?? long ?? '', 16);
  if (!isRune(rune)) throw invalid();
  return utf8Encode(String.fromCodePoint(rune));
}

function invalid(): TextError {
  return new TextError('invalid syntax');
}
