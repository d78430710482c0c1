import { isIPv4, isIPv6 } from 'node:net';
import { quote } from '../base/index.ts';
import { SnapshotError } from './errors.ts';
import type { GoUrl } from '../base/go-url.ts';
import { compareText, formatPeerUrlMap, type PeerUrlMap, splitHostPort } from '../base/peer-urls.ts';
import { type Resolver, ResolveError, resolveHost } from './resolve.ts';

/**
 * Checks that a member's own URLs are those that the cluster knows it by, be it
 * under other names for the same addresses, and that no URL is there twice.
 * @throws SnapshotError `argument`
 */
export async function checkBootstrap(
  name: string,
  advertised: readonly GoUrl[],
  cluster: PeerUrlMap,
  resolver: Resolver,
): Promise<void> {
  const own = cluster.get(name);
  if (!own) {
    throw new SnapshotError('argument', `couldn't find local name ${quote(name)} in the initial cluster configuration`);
  }
  const difference = await findDifference(advertised, own, resolver);
  if (difference !== undefined) throw mismatch(name, advertised, own, difference);
  const all = [...cluster.values()].flat().map(({ text }) => text);
  if (new Set(all).size < all.length) {
    throw new SnapshotError('argument', `initial cluster ${formatPeerUrlMap(cluster)} has duplicate url`);
  }
}

/** Why the URLs do not lead to the same places; undefined if they do. */
async function findDifference(
  advertised: readonly GoUrl[],
  own: readonly GoUrl[],
  resolver: Resolver,
): Promise<string | undefined> {
  if (advertised.length !== own.length) return `len(${quoteAll(advertised)}) != len(${quoteAll(own)})`;
  if (advertised.every((url, i) => sameAddress(url, own[i]))) return undefined;
  try {
    const [here, there] = [await resolveAll(advertised, resolver), await resolveAll(own, resolver)];
    for (const [i, url] of here.entries()) {
      const other = there[i];
      if (!sameAddress(url, other)) return `resolved urls: ${quote(url.text)} != ${quote(other?.text ?? '')}`;
    }
    return undefined;
  } catch (error) {
    if (error instanceof ResolveError) return error.message;
    throw error;
  }
}

const quoteAll = (urls: readonly GoUrl[]): string => `[${urls.map(({ text }) => quote(text)).join(' ')}]`;

async function resolveAll(urls: readonly GoUrl[], resolver: Resolver): Promise<GoUrl[]> {
  const resolved: GoUrl[] = [];
  for (const url of urls) {
    const host = await resolveHost(url, resolver);
    resolved.push(host === undefined ? url : { ...url, host, text: url.text.replace(url.host, host) });
  }
  return resolved.sort((a, b) => compareText(a.text, b.text));
}

function sameAddress(a: GoUrl, b: GoUrl | undefined): boolean {
  return a.scheme === b?.scheme && normalHost(a.host) === normalHost(b.host) && a.path === b.path;
}

/** An IP address can be written in more than one way. */
function normalHost(text: string): string {
  const { host, port } = splitHostPort(text) ?? { host: text, port: '' };
  const ip = host.replace(/^[[\]]+|[[\]]+$/g, '');
  const suffix = port === '' ? '' : `:${port}`;
  if (isIPv4(ip)) return ip + suffix;
  if (!isIPv6(ip) || ip.includes('%')) return text;
  // The platform's URL knows the one canonical form, and this alone is asked of it.
  const canonical = new URL(`http://[${ip}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  return (mapped ? dotted(mapped[1] ?? '', mapped[2] ?? '') : `[${canonical}]`) + suffix;
}

function dotted(high: string, low: string): string {
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

function mismatch(name: string, advertised: readonly GoUrl[], own: readonly GoUrl[], why: string): SnapshotError {
  const here = new Set(advertised.map(({ text }) => text));
  const there = new Set(own.map(({ text }) => text));
  const list = advertised.map(({ text }) => text).join(',');
  const asMap = formatPeerUrlMap(new Map([[name, advertised]]));
  const missing = [...there].filter((text) => !here.has(text)).map((text) => `${name}=${text}`);
  if (missing.length > 0) {
    const told = `--initial-cluster has ${missing.join(',')} but missing from --initial-advertise-peer-urls=${list}`;
    return new SnapshotError('argument', `${told} (${why})`);
  }
  const extra = [...here].filter((text) => !there.has(text));
  if (extra.length > 0) {
    const told = `--initial-advertise-peer-urls has ${extra.join(',')}`;
    return new SnapshotError('argument', `${told} but missing from --initial-cluster=${asMap}`);
  }
  return new SnapshotError('argument', `failed to resolve ${list} to match --initial-cluster=${asMap} (${why})`);
}
