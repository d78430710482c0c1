import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LogSink, quote } from '../base/index.ts';
import type { GoUrl } from '../base/go-url.ts';
import { splitHostPort } from '../base/peer-urls.ts';

const RETRY_MS = 1000;
const TIMEOUT_MS = 30_000;
const MAX_PORT = 65_535;

/** How names are resolved; a test brings its own. */
export interface Resolver {
  /** The first address of a name; rejects if it has none. */
  lookup(host: string): Promise<string>;
  sleep(ms: number): Promise<void>;
  readonly log: LogSink;
}

export const systemResolver = (log: LogSink, signal?: AbortSignal): Resolver => ({
  lookup: async (host) => (await lookup(host)).address,
  sleep: async (ms) => {
    // The reason that the signal carries is what is thrown, not that a timer was stopped.
    await sleep(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
    signal?.throwIfAborted();
  },
  log,
});

/** A name could not be resolved in time. */
export class ResolveError extends Error {
  override readonly name = 'ResolveError';
}

/**
 * The `ip:port` of a URL's host; undefined where there is nothing to resolve.
 * A name that is not known yet may become so while its member is being set up,
 * so it is asked for again for half a minute, with a warning each time.
 * @throws ResolveError
 */
export async function resolveHost(url: GoUrl, resolver: Resolver): Promise<string | undefined> {
  if (url.scheme === 'unix' || url.scheme === 'unixs') return undefined;
  const { host, port } = splitHostPort(url.host) ?? { host: url.host, port: '' };
  if (host === 'localhost') return undefined;
  if (Number(port) > MAX_PORT) throw failed(url, `address ${port}: invalid port`);
  const suffix = `:${Number(port)}`;
  if (isIP(host)) return join(host, suffix);
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    try {
      return join(await resolver.lookup(host), suffix);
    } catch {
      const reason = `lookup ${host}: no such host`;
      const fields = { url: url.text, host: url.host, 'retry-interval': '1s', error: reason };
      if (waitedMs >= TIMEOUT_MS) {
        resolver.log({ level: 'warn', message: 'failed to resolve URL Host; returning', fields });
        throw failed(url, reason);
      }
      resolver.log({ level: 'warn', message: 'failed to resolve URL Host', fields });
      await resolver.sleep(RETRY_MS);
    }
  }
}

const join = (ip: string, suffix: string): string => (ip.includes(':') ? `[${ip}]` : ip) + suffix;

const failed = (url: GoUrl, reason: string): ResolveError =>
  new ResolveError(`failed to resolve ${quote(url.text)} (${reason})`);
