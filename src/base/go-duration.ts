import { maxInt64, minInt64 } from './go-number.ts';
import { TextError } from './text-error.ts';
import { utf8Encode } from './utf8.ts';

const nanosecondsIn: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/**
 * Go's time.ParseDuration: `300ms`, `-1.5h`, `2h45m`.
 * @returns nanoseconds
 * @throws {TextError} `time: invalid duration "abc"`, `time: missing unit in duration "5"`,
 *   `time: unknown unit "x" in duration "5x"`
 */
export function parseDuration(text: string): bigint {
  const isNegative = text.startsWith('-');
  let rest = isNegative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '') throw durationError('invalid duration', text);
  const limit = isNegative ? -minInt64 : maxInt64;
  let total = 0n;
  while (rest !== '') {
    const [term, whole = '', fraction] = /^(\d*)(?:\.(\d*))?/.exec(rest) ?? [''];
    if (whole === '' && (fraction ?? '') === '') throw durationError('invalid duration', text);
    // Go notices an overflow of the whole part before it looks at the unit.
    if (BigInt(whole) > -minInt64) throw durationError('invalid duration', text);
    const unit = /^[^.\d]*/.exec(rest.slice(term.length))?.[0] ?? '';
    if (unit === '') throw durationError('missing unit in duration', text);
    const scale = nanosecondsIn.get(unit);
    if (scale === undefined) throw durationError(`unknown unit ${quoteDuration(unit)} in duration`, text);
    total += BigInt(whole) * scale + fractionNs(fraction ?? '', scale);
    if (total > -minInt64) throw durationError('invalid duration', text);
    rest = rest.slice(term.length + unit.length);
  }
  if (total > limit) throw durationError('invalid duration', text);
  return isNegative ? -total : total;
}

/** Go takes the fraction as a float64, so its roundings are repeated here; digits that no longer fit 63 bits are dropped. */
function fractionNs(digits: string, unitNs: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > maxInt64 / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > -minInt64) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unitNs) / scale)));
}

/**
 * Go's Duration.String: `3.116034ms`, `919.827µs`, `1m0s`, `0s`.
 * @param nanoseconds within 64 bits
 */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds < 0n) return `-${formatDuration(-nanoseconds)}`;
  if (nanoseconds === 0n) return '0s';
  if (nanoseconds < 1_000n) return `${nanoseconds}ns`;
  if (nanoseconds < 1_000_000n) return `${decimal(nanoseconds, 3)}\u00b5s`;
  if (nanoseconds < 1_000_000_000n) return `${decimal(nanoseconds, 6)}ms`;
  const minuteNs = 60_000_000_000n;
  const seconds = `${decimal(nanoseconds % minuteNs, 9)}s`;
  const minutes = nanoseconds / minuteNs;
  if (minutes === 0n) return seconds;
  const hours = minutes / 60n;
  return hours === 0n ? `${minutes}m${seconds}` : `${hours}h${minutes % 60n}m${seconds}`;
}

/** As `formatDuration`, of milliseconds and parts of them. */
export const formatMs = (ms: number): string => formatDuration(BigInt(Math.round(ms * 1e6)));

/** A value in units of 10^-places, without trailing zeros. */
function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  const whole = digits.slice(0, -places);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

function durationError(problem: string, text: string): TextError {
  return new TextError(`time: ${problem} ${quoteDuration(text)}`);
}

/** Package time quotes its own way: every byte beyond ASCII in hex. */
function quoteDuration(text: string): string {
  let out = '"';
  for (const byte of utf8Encode(text)) {
    const character = String.fromCharCode(byte);
    if (byte < 0x20 || byte >= 0x80) out += `\\x${byte.toString(16).padStart(2, '0')}`;
    else out += character === '"' || character === '\\' ? `\\${character}` : character;
  }
  return `${out}"`;
}
