import { formatDuration, parseBool, parseDuration, parseInt64, parseUint64, quote } from '../../base/index.ts';
import { formatCsvLine, parseCsvLine } from './csv.ts';

/**
 * One flag: how it is written, what it means, how its text becomes a value.
 * `T` is the value's type: boolean, string, number (int, and durations in
 * milliseconds), bigint (int64, uint64) or string[] (stringSlice).
 */
export interface FlagSpec<T> {
  /** pflag's name of the type in help: bool, string, int, uint, duration, strings. */
  readonly typeName: string;
  readonly default: T;
  /** The default as help shows it; empty when help shows none. */
  readonly defaultText: string;
  readonly usage: string;
  readonly short?: string;
  readonly hidden?: boolean;
  /** Values that completion offers. */
  readonly values?: readonly string[];
  /** The text a flag without a value stands for (`true` for bool); absent: a value is required. */
  readonly noValueText?: string;
  /** Text to value; throws an Error with Go's text when it does not parse. */
  parse(text: string): T;
  /** How a repeated flag joins the earlier value given; absent: the later one replaces it. */
  join?(earlier: T, later: T): T;
}

/**
 * A command's flags by camel-case name; on the command line `printValueOnly` is
 * `--print-value-only`.
 */
export type FlagSpecs = Readonly<Record<string, FlagSpec<unknown>>>;

/** The values of a record of specs, under the same names. */
export type FlagValues<Specs extends FlagSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends FlagSpec<infer T> ? T : never;
};

type Extra = { readonly short?: string; readonly hidden?: boolean; readonly values?: readonly string[] };

const spec = <T>(
  typeName: string,
  value: T,
  defaultText: string,
  usage: string,
  parse: (text: string) => T,
  extra: Extra = {},
): FlagSpec<T> => ({
  typeName,
  default: value,
  defaultText,
  usage,
  parse,
  ...extra,
});

export const bool = (value: boolean, usage: string, extra?: Extra): FlagSpec<boolean> => ({
  ...spec('bool', value, value ? 'true' : '', usage, parseBool, extra),
  noValueText: 'true',
});

export const string = (value: string, usage: string, extra?: Extra): FlagSpec<string> =>
  spec('string', value, value === '' ? '' : quote(value), usage, (text) => text, extra);

/** An integer that fits a JavaScript number exactly; Go's int. */
export const int = (value: number, usage: string, extra?: Extra): FlagSpec<number> =>
  spec('int', value, numberText(value), usage, (text) => toSafe(parseInt64(text, 0)), extra);

export const uint = (value: number, usage: string, extra?: Extra): FlagSpec<number> =>
  spec('uint', value, numberText(value), usage, (text) => toSafe(parseUint64(text, 0)), extra);

export const int64 = (value: bigint, usage: string, extra?: Extra): FlagSpec<bigint> =>
  spec('int', value, numberText(value), usage, (text) => parseInt64(text, 0), extra);

export const uint64 = (value: bigint, usage: string, extra?: Extra): FlagSpec<bigint> =>
  spec('uint', value, numberText(value), usage, (text) => parseUint64(text, 0), extra);

/** A duration in Go's notation; the value is in milliseconds. */
export const duration = (defaultValue: string, usage: string, extra?: Extra): FlagSpec<number> => {
  const nanoseconds = parseDuration(defaultValue);
  const defaultText = nanoseconds === 0n ? '' : formatDuration(nanoseconds);
  return spec('duration', toMs(defaultValue), defaultText, usage, toMs, extra);
};

/** A comma-separated list; repeating the flag adds to it. */
export const stringSlice = (value: readonly string[], usage: string, extra?: Extra): FlagSpec<readonly string[]> => ({
  ...spec<readonly string[]>(
    'strings',
    value,
    value.length > 0 ? `[${formatCsvLine(value)}]` : '',
    usage,
    parseCsvLine,
    extra,
  ),
  join: (earlier, later) => [...earlier, ...later],
});

const numberText = (value: number | bigint): string => (value === 0 || value === 0n ? '' : String(value));
const toMs = (text: string): number => Number(parseDuration(text)) / 1e6;

/** Counts beyond 2^53 mean nothing different from the largest exact number. */
function toSafe(value: bigint): number {
  const largest = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(value > largest ? largest : value < -largest ? -largest : value);
}
