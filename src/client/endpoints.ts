import { isIPv6 } from 'node:net';
import type { Address } from '../grpc/index.ts';

/** An endpoint, and what it means. */
export interface Endpoint {
  /** As the user wrote it, but for a password in it. */
  readonly text: string;
  readonly address: Address;
  readonly secure: boolean;
  /** Name to verify the server's certificate against, unless the configuration names another. */
  readonly serverName: string;
  /** What requests say for the host, where it is not the address. */
  readonly authority?: string;
}

/** An endpoint that cannot be dialled whatever the network does, and why. */
export interface BadEndpoint {
  readonly text: string;
  readonly problem: string;
}

interface Parsed {
  readonly address: Address;
  readonly serverName: string;
  readonly authority?: string;
  /** What the scheme says about TLS; undefined where there is none, or it says nothing (`unix:`). */
  readonly secure: boolean | undefined;
}

const DEFAULT_PORT = 2379;

/**
 * Reads a list of endpoints. TLS is each endpoint's own scheme's choice; one without a scheme
 * follows the first endpoint's, and if that says nothing, uses TLS if material was given.
 * Blank entries (a trailing comma) are dropped.
 */
export function readEndpoints(texts: readonly string[], hasTls: boolean): (Endpoint | BadEndpoint)[] {
  const entries = texts.map((text) => text.trim()).filter((text) => text !== '');
  const parsed = entries.map((text) => ({ text: withoutPassword(text), ...parseEndpoint(text) }));
  const first = parsed[0];
  const fallback = (first !== undefined && 'secure' in first ? first.secure : undefined) ?? hasTls;
  return parsed.map((entry) => ('problem' in entry ? entry : { ...entry, secure: entry.secure ?? fallback }));
}

/** `host:port`, `:port`, `host`, IPv6 in brackets, http(s):// with a path that is ignored, unix(s):path, unix(s)://path. */
function parseEndpoint(text: string): Parsed | { problem: string } {
  const unix = /^unix(s?):(?:\/\/)?(.*)$/s.exec(text);
  if (unix) return parseUnix(unix[2] ?? '', unix[1] === 's');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
  if (!scheme) return parseHostPort(text, undefined);
  const name = (scheme[1] ?? '').toLowerCase();
  if (name !== 'http' && name !== 'https') return { problem: `unknown scheme ${name}://` };
  const authority = text.slice(scheme[0].length).replace(/[/?#].*$/s, '');
  return parseHostPort(authority.slice(authority.lastIndexOf('@') + 1), name === 'https');
}

/** etcd ignores a user in a URL; whoever put one there must not find the password in an error. */
const withoutPassword = (text: string): string => text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1***@');

function parseUnix(path: string, isSecure: boolean): Parsed | { problem: string } {
  if (path === '') return { problem: 'no path of a socket' };
  // As with etcd, the socket's file name stands for the host, so that a certificate can be issued for it.
  const file = path.slice(path.lastIndexOf('/') + 1);
  const serverName = file.replace(/:\d*$/, '');
  return {
    address: { kind: 'unix', path },
    serverName,
    ...(isHostLike(file) && { authority: file }),
    secure: isSecure ? true : undefined,
  };
}

/** A file may be named as no header allows. */
const isHostLike = (file: string): boolean => /^[\w.:-]+$/.test(file);

function parseHostPort(text: string, secure: boolean | undefined): Parsed | { problem: string } {
  const [host, port] = splitHostPort(text);
  if (/[\s[\]]/.test(host) || (host.includes(':') && !isIPv6(host)))
    return { problem: 'not an address of the form host:port' };
  const number = port === '' ? DEFAULT_PORT : Number(port);
  if (!/^\d*$/.test(port) || number < 1 || number > 65_535) return { problem: `${port} is not a port (1 to 65535)` };
  const name = host === '' ? 'localhost' : host;
  return { address: { kind: 'tcp', host: name, port: number }, serverName: name, secure };
}

/** Host without brackets, and the port's text; the port is empty where there is none. */
function splitHostPort(text: string): [host: string, port: string] {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
  if (bracketed) return [(bracketed[1] ?? '').replace('%25', '%'), bracketed[2] ?? ''];
  // Asked only where it may be one: Node compiles a huge expression for it, which costs milliseconds.
  if (text.indexOf(':') !== text.lastIndexOf(':') && isIPv6(text)) return [text, ''];
  const colon = text.lastIndexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}
