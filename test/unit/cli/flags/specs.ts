import { bool, duration, int, int64, string, stringSlice, uint, uint64 } from '../../../../src/cli/flags/index.ts';

/** The flags for which the tables were recorded. */
export const specs = {
  interactive: bool(false, 'ask for input', { short: 'i' }),
  prefix: bool(false, 'match a `range` of keys'),
  secure: bool(true, 'on unless told otherwise'),
  writeOut: string('simple', 'output format', { short: 'w' }),
  order: string('', 'order of results'),
  limit: int64(0n, 'most results'),
  big: uint64(7n, 'a big one'),
  count: int(0, 'a count'),
  load: uint(0, 'a load\nover two lines', { short: 'l' }),
  timeout: duration('5s', 'how long'),
  wait: duration('0s', 'no default'),
  endpoints: stringSlice(['a:1'], 'where to'),
  peers: stringSlice([], 'none by default', { short: 'p' }),
  secret: string('x', 'hidden one', { hidden: true }),
  quoted: string('a"b\u200b', 'needs quoting'),
} as const;
