import type { ReceivedHeaders } from './hpack-decoder.ts';

const COLON = ':'.charCodeAt(0);
const PSEUDO = new Set([':method', ':scheme', ':path', ':authority', ':protocol']);
/** They speak of the connection, of which HTTP/2 speaks otherwise. */
const OF_CONNECTION = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
// oxlint-disable-next-line no-control-regex -- these are the ones that may not be in a value
const BAD_VALUE = /[\0\r\n]/;

/**
 * Whether headers can begin a request (RFC 9113, 8.2 and 8.3). What the authority says is nobody's business here: Go's
 * clients put whole URLs there.
 */
export function isRequest(headers: ReceivedHeaders): boolean {
  let isPastPseudo = false;
  for (const name in headers) {
    if (name.charCodeAt(0) === COLON) {
      if (isPastPseudo || !PSEUDO.has(name)) return false;
    } else {
      isPastPseudo = true;
      if (!isField(name, headers[name])) return false;
    }
  }
  return isFilled(headers[':method']) && isFilled(headers[':scheme']) && isFilled(headers[':path']);
}

/** Whether headers can end a request. */
export function areTrailers(headers: ReceivedHeaders): boolean {
  return Object.entries(headers).every(([name, value]) => name.charCodeAt(0) !== COLON && isField(name, value));
}

function isField(name: string, value: unknown): boolean {
  if (OF_CONNECTION.has(name) || !NAME.test(name) || typeof value !== 'string') return false;
  return !BAD_VALUE.test(value) && (name !== 'te' || value === 'trailers');
}

const isFilled = (value: unknown): boolean => typeof value === 'string' && value !== '';
