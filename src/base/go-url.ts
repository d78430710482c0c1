import { isIPv4, isIPv6 } from 'node:net';
import { quote } from './go-quote.ts';
import { TextError } from './text-error.ts';

/**
 * URLs as Go's net/url reads and writes them. A member's id is a digest of its
 * peer URLs' text, so that text has to be Go's to the byte; the URL of the
 * platform would drop a default port and lower the host's case.
 */
export interface GoUrl {
  /** In lower case; empty if there is none. */
  readonly scheme: string;
  /** With the port; empty if there is none. */
  readonly host: string;
  /** As it was written. */
  readonly path: string;
  /** The whole, as Go would write it. */
  readonly text: string;
}

/** Characters, beside letters and digits, that stand for themselves. */
const PLAIN = {
  host: `-_.~!$&'()*+,;=:[]<>"`,
  user: '-_.~$&+,;=',
  path: '-_.~$&+,/:;=@',
  fragment: '-_.~!$&()*+,/:;=?@',
} as const;
type Part = keyof typeof PLAIN;

/** What may stand unescaped in the text given, though it would be escaped were it written anew. */
const KEPT = "!$&'()*+,;=:@[]%";

/** @throws TextError with Go's words: `parse "a:b": first path segment in URL cannot contain colon` */
export function parseGoUrl(text: string): GoUrl {
  const bytes = toBytes(text);
  const { head, tail } = cut(bytes, '#');
  const url = named(head, () => parseWithoutFragment(head));
  const fragment = tail ? `#${named(bytes, () => rewrite(tail, 'fragment'))}` : '';
  return { ...url, text: fromBytes(url.text + fragment) };
}

function named<T>(text: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    throw new TextError(`parse ${quote(fromBytes(text))}: ${error.message}`);
  }
}

function parseWithoutFragment(text: string): GoUrl {
  if (text.split('').some(isControl)) throw new TextError('net/url: invalid control character in URL');
  if (text.startsWith(':')) throw new TextError('missing protocol scheme');
  const [, named, afterScheme] = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/.exec(text) ?? [];
  const scheme = named?.toLowerCase() ?? '';
  const { head: rest, tail: query } = cut(afterScheme ?? text, '?');
  const isBareQuery = query === '';
  const after = query === undefined ? '' : isBareQuery ? '?' : `?${query}`;
  if (!rest.startsWith('/')) {
    if (named !== undefined) return { scheme, host: '', path: '', text: `${scheme}:${rest}${after}` };
    if (cut(rest, '/').head.includes(':')) throw new TextError('first path segment in URL cannot contain colon');
  }
  const { user, host, path, hasAuthority } = splitAuthority(scheme, rest);
  const lead = named === undefined ? '' : `${scheme}:`;
  const slashes = hasAuthority && (host !== '' || path !== '' || user !== undefined) ? '//' : '';
  const authority = `${user === undefined ? '' : `${user}@`}${escape(host, 'host')}`;
  return { scheme, host: fromBytes(host), path, text: `${lead}${slashes}${authority}${rewrite(path, 'path')}${after}` };
}

interface Authority {
  readonly user: string | undefined;
  readonly host: string;
  readonly path: string;
  readonly hasAuthority: boolean;
}

function splitAuthority(scheme: string, rest: string): Authority {
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) {
    return { user: undefined, host: '', path: rest, hasAuthority: false };
  }
  const slash = rest.indexOf('/', 2);
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
  const path = slash < 0 ? '' : rest.slice(slash);
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  const user = at < 0 ? undefined : rewriteUser(authority.slice(0, at));
  return { user, host, path, hasAuthority: true };
}

function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) throw new TextError('invalid IP-literal');
  if (bracket === 0) return parseIpLiteral(host);
  const colons = host.split(':').length - 1;
  if (colons > 0) {
    // Only http and https are strict about further colons.
    const strict = scheme === 'http' || scheme === 'https';
    checkPort(host.slice(strict ? host.indexOf(':') : host.lastIndexOf(':')));
  }
  return unescape(host, 'host');
}

function parseIpLiteral(host: string): string {
  const close = host.lastIndexOf(']');
  if (close < 0) throw new TextError("missing ']' in host");
  const port = host.slice(close + 1);
  checkPort(port);
  const inner = host.slice(1, close);
  const zone = inner.indexOf('%25');
  const name =
    zone < 0 ? unescape(inner, 'host') : unescape(inner.slice(0, zone), 'host') + unescape(inner.slice(zone), 'zone');
  if (isIPv4(name)) throw new TextError('invalid IP-literal');
  const { head: address, tail: zoneName } = cut(name, '%');
  if (!isIPv6(address) || zoneName === '') {
    throw new TextError(`invalid host: ParseAddr(${quote(fromBytes(name))}): unable to parse IP`);
  }
  return `[${name}]${port}`;
}

function checkPort(text: string): void {
  if (!/^(:[0-9]*)?$/.test(text)) throw new TextError(`invalid port ${quote(fromBytes(text))} after host`);
}

function rewriteUser(user: string): string {
  if (!/^[A-Za-z0-9._:~!$&'()*+,;=%@-]*$/.test(user)) throw new TextError('net/url: invalid userinfo');
  const { head, tail } = cut(user, ':');
  const name = escape(unescape(head, 'user'), 'user');
  return tail === undefined ? name : `${name}:${escape(unescape(tail, 'user'), 'user')}`;
}

/** A path or fragment stays as it was given if that is a valid way to write it. */
function rewrite(text: string, part: 'path' | 'fragment'): string {
  const plain = unescape(text, part);
  return text.split('').every((byte) => isPlain(byte, PLAIN[part] + KEPT)) ? text : escape(plain, part);
}

const isControl = (character: string): boolean => character < ' ' || character === '\x7f';

function isPlain(character: string, plain: string): boolean {
  return /[A-Za-z0-9]/.test(character) || plain.includes(character);
}

function escape(text: string, part: Part): string {
  return text.replace(/[^A-Za-z0-9]/g, (byte) => {
    if (isPlain(byte, PLAIN[part])) return byte;
    return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

/** @throws TextError if an escape is malformed, or if the host holds what it may not */
function unescape(text: string, part: Part | 'zone'): string {
  const isHost = part === 'host' || part === 'zone';
  return text.replace(/%.{0,2}|[^%]/gs, (piece) => {
    if (!piece.startsWith('%')) {
      if (!isHost || piece >= '\x80' || isPlain(piece, PLAIN.host)) return piece;
      throw new TextError(`invalid character ${quote(piece)} in host name`);
    }
    const byte = /^%[0-9A-Fa-f]{2}$/.test(piece) ? Number.parseInt(piece.slice(1), 16) : undefined;
    if (byte !== undefined && mayEscape(byte, part)) return String.fromCharCode(byte);
    throw new TextError(`invalid URL escape ${quote(fromBytes(piece))}`);
  });
}

/** A host may have escapes for bytes beyond ASCII only, a zone for what it could hold anyway and for spaces. */
function mayEscape(byte: number, part: Part | 'zone'): boolean {
  if (part === 'host') return byte >= 0x80 || byte === 0x25;
  if (part === 'zone') return byte === 0x25 || byte === 0x20 || isPlain(String.fromCharCode(byte), PLAIN.host);
  return true;
}

function cut(text: string, separator: string): { head: string; tail: string | undefined } {
  const at = text.indexOf(separator);
  return at < 0
    ? { head: text, tail: undefined }
    : { head: text.slice(0, at), tail: text.slice(at + separator.length) };
}

/** One character a byte, as Go's strings have it. */
const toBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const fromBytes = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');
