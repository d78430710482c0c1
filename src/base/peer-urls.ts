import { compareBytes } from './bytes.ts';
import { type GoUrl, parseGoUrl } from './go-url.ts';
import { TextError } from './text-error.ts';
import { utf8Encode } from './utf8.ts';

/** The peer URLs of each member by its name, each list in order of their text. */
export type PeerUrlMap = ReadonlyMap<string, readonly GoUrl[]>;

/**
 * Reads a member's peer URLs, in order of their text.
 * @throws TextError
 */
export function parsePeerUrls(texts: readonly string[]): GoUrl[] {
  if (texts.length === 0) throw new TextError('no valid URLs given');
  return texts.map((text) => parsePeerUrl(text.trim())).sort((a, b) => compareText(a.text, b.text));
}

function parsePeerUrl(text: string): GoUrl {
  const url = parseGoUrl(text);
  if (url.scheme === 'unix' || url.scheme === 'unixs') return url;
  if (url.scheme !== 'http' && url.scheme !== 'https') {
    throw new TextError(`URL scheme must be http, https, unix, or unixs: ${text}`);
  }
  if (!splitHostPort(url.host)) {
    throw new TextError(`URL address does not have the form "host:port": ${text}`);
  }
  if (url.path !== '') throw new TextError(`URL must not contain a path: ${text}`);
  return url;
}

/**
 * Reads `name=url,name=url`; a name may come more than once.
 * @throws TextError
 */
export function parsePeerUrlMap(text: string): PeerUrlMap {
  const texts = new Map<string, string[]>();
  for (const pair of text.split(',')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const [name, url] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    texts.set(name, [...(texts.get(name) ?? []), url]);
  }
  return new Map([...texts].map(([name, urls]) => [name, parsePeerUrls(urls)]));
}

/** As it is written on a command line, in order. */
export function formatPeerUrlMap(map: PeerUrlMap): string {
  const pairs = [...map].flatMap(([name, urls]) => urls.map((url) => `${name}=${url.text}`));
  return pairs.sort(compareText).join(',');
}

/** The two parts of `host:port`, of which either may be empty; undefined if it has another form. */
export function splitHostPort(text: string): { host: string; port: string } | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text) ?? [];
  return port === undefined ? undefined : { host: bracketed ?? plain ?? '', port };
}

/** Byte order, which is Go's order of strings. */
export function compareText(a: string, b: string): number {
  return compareBytes(utf8Encode(a), utf8Encode(b));
}
