import { parseBool, parseDuration, parseInt64, parseUint64, quote, TextError } from '../../base/index.ts';
import { parsePeerUrls } from '../../base/peer-urls.ts';
import type { Flag } from './flag.ts';
import { parseGates } from './gates.ts';

/** Go's flag package tells of numbers and durations only that they cannot be read, or are too large. */
function inFlagWords(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    throw new TextError(error.message.endsWith('value out of range') ? 'value out of range' : 'parse error');
  }
}

const MAX_UINT32 = 2n ** 32n - 1n;

/** @throws TextError what is wrong with the value, without the flag's name */
export function checkValue(flag: Flag, text: string): void {
  if (flag.exceptions?.includes(text) === true) return;
  if (flag.choices !== undefined && !flag.choices.includes(text)) {
    // etcd keeps this one as a list, whose values are told of one by one.
    throw new TextError(flag.name === 'v2-deprecation' ? `invalid value ${quote(text)}` : 'invalid value');
  }
  switch (flag.kind) {
    case 'switch':
      return inFlagWords(() => parseBool(text));
    case 'count':
      if (flag.name === 'max-concurrent-streams') return checkUint32(text);
      return inFlagWords(() => parseUint64(text, 0));
    case 'integer':
      return inFlagWords(() => parseInt64(text, 0));
    case 'duration':
      return inFlagWords(() => parseDuration(text));
    case 'urls':
      return void parsePeerUrls(text.split(','));
    case 'gates':
      return void parseGates(text);
    case 'text':
    case 'list':
  }
}

function checkUint32(text: string): void {
  if (parseUint64(text, 0) > MAX_UINT32) {
    throw new TextError(`strconv.ParseUint: parsing "${text}": value out of range`);
  }
}
