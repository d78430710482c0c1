import { assert } from './assert.ts';
import { quote } from './go-quote.ts';
import { TextError } from './text-error.ts';

/** Largest and smallest values of Go's 64-bit integers. */
export const maxInt64 = 0x7fff_ffff_ffff_ffffn;
export const minInt64 = -0x8000_0000_0000_0000n;
export const maxUint64 = 0xffff_ffff_ffff_ffffn;

type Fault = 'invalid syntax' | 'value out of range';

/**
 * Go's strconv.ParseInt for 64 bits. In base 0 the text's own prefix (`0x`, `0o`, `0b`, `0`) decides and underscores
 * may part digits.
 * @throws {TextError} `strconv.ParseInt: parsing "zz": invalid syntax` or `…: value out of range`
 */
export function parseInt64(text: string, base = 10): bigint {
  const isNegative = text.startsWith('-');
  const unsigned = isNegative || text.startsWith('+') ? text.slice(1) : text;
  const limit = isNegative ? -minInt64 : maxInt64;
  const magnitude = parseMagnitude(unsigned, base);
  if (typeof magnitude === 'string') throw numberError('ParseInt', text, magnitude);
  if (magnitude > limit) throw numberError('ParseInt', text, 'value out of range');
  return isNegative ? -magnitude : magnitude;
}

/**
 * Go's strconv.ParseUint for 64 bits; no sign is allowed.
 * @throws {TextError} as {@link parseInt64}, with `ParseUint`
 */
export function parseUint64(text: string, base = 10): bigint {
  const magnitude = parseMagnitude(text, base);
  if (typeof magnitude === 'string') throw numberError('ParseUint', text, magnitude);
  return magnitude;
}

/**
 * Go's strconv.ParseBool: 1, t, T, true, TRUE, True and their opposites.
 * @throws {TextError} `strconv.ParseBool: parsing "maybe": invalid syntax`
 */
export function parseBool(text: string): boolean {
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true;
  if (/^(0|f|F|false|FALSE|False)$/.test(text)) return false;
  throw numberError('ParseBool', text, 'invalid syntax');
}

/** Digits are read one by one so that the first fault met decides, as in Go: too many digits before a bad one is a range fault. */
function parseMagnitude(text: string, base: number): bigint | Fault {
  assert(base === 0 || (base >= 2 && base <= 36), `base ${base} is neither 0 nor 2 to 36`);
  if (text === '') return 'invalid syntax';
  const [digits, radix] = base === 0 ? splitPrefix(text) : [text, base];
  const step = BigInt(radix);
  let value = 0n;
  for (const character of digits) {
    if (character === '_' && base === 0) continue;
    const digit = /^[0-9a-zA-Z]$/.test(character) ? Number.parseInt(character, 36) : radix;
    if (digit >= radix) return 'invalid syntax';
    value = value * step + BigInt(digit);
    if (value > maxUint64) return 'value out of range';
  }
  return text.includes('_') && !underscoresPartDigits(text) ? 'invalid syntax' : value;
}

function splitPrefix(text: string): [digits: string, radix: number] {
  if (!text.startsWith('0')) return [text, 10];
  const radix = { b: 2, o: 8, x: 16 }[text[1]?.toLowerCase() ?? ''];
  return radix !== undefined && text.length >= 3 ? [text.slice(2), radix] : [text.slice(1), 8];
}

/** Every underscore must follow a digit or the base prefix and precede a digit. */
function underscoresPartDigits(text: string): boolean {
  const digits = text.replace(/^0[box]/i, '0');
  return !digits.startsWith('_') && !digits.endsWith('_') && !digits.includes('__');
}

function numberError(fn: string, text: string, fault: Fault): TextError {
  return new TextError(`strconv.${fn}: parsing ${quote(text)}: ${fault}`);
}
