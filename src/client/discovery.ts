import type { SrvRecord } from 'node:dns';
import { ClientError } from './errors.ts';

/** The part of node:dns that discovery asks. */
export interface SrvResolver {
  resolveSrv(name: string): Promise<SrvRecord[]>;
  getServers(): string[];
}

export interface DiscoveryOptions {
  /** The domain whose records name the cluster (`--discovery-srv`). */
  readonly domain: string;
  /** Suffix of the service (`--discovery-srv-name`); empty for none. */
  readonly serviceName: string;
  /** Whether endpoints without TLS are taken (`--insecure-discovery`). */
  readonly acceptInsecure: boolean;
  /** Told of every endpoint that is left out; one sentence without a newline. */
  readonly warn: (text: string) => void;
  readonly resolver?: SrvResolver;
}

/**
 * Asks DNS for `_etcd-client-ssl[-NAME]._tcp.DOMAIN` and `_etcd-client[-NAME]._tcp.DOMAIN`: https and http
 * endpoints, in this order. Empty when only one of the two exists and nothing of it may be used.
 * @throws ClientError of kind `discovery` when neither can be looked up
 */
export async function discoverEndpoints(options: DiscoveryOptions): Promise<string[]> {
  const resolver = options.resolver ?? (await systemResolver());
  const suffix = options.serviceName === '' ? '' : `-${options.serviceName}`;
  const [secure, insecure] = await Promise.all([
    lookUp(resolver, `_etcd-client-ssl${suffix}._tcp.${options.domain}`, 'https'),
    lookUp(resolver, `_etcd-client${suffix}._tcp.${options.domain}`, 'http'),
  ]);
  if (secure instanceof LookupFailure && insecure instanceof LookupFailure)
    throw nothingFound(secure, insecure, options);
  const found = [secure, insecure].flatMap((outcome) => (outcome instanceof LookupFailure ? [] : outcome));
  return found.filter((endpoint) => {
    const isDropped = !options.acceptInsecure && endpoint.startsWith('http://');
    if (isDropped) options.warn(`ignoring discovered insecure endpoint ${JSON.stringify(endpoint)}`);
    return !isDropped;
  });
}

/** A look-up that failed, in the words of Go's resolver. */
class LookupFailure extends Error {
  override readonly name = 'LookupFailure';
}

async function systemResolver(): Promise<SrvResolver> {
  const { Resolver } = await import('node:dns/promises');
  return new Resolver();
}

async function lookUp(resolver: SrvResolver, name: string, scheme: string): Promise<string[] | LookupFailure> {
  try {
    const records = await resolver.resolveSrv(name);
    return inOrder(records).map((record) => `${scheme}://${record.name.replace(/\.$/, '')}:${record.port}`);
  } catch (cause) {
    const server = resolver.getServers()[0];
    return new LookupFailure(
      `lookup ${name}${server === undefined ? '' : ` on ${withPort(server)}`}: ${reason(cause)}`,
      { cause },
    );
  }
}

/** By priority; among equals the heavier first, which is as good as the lottery of RFC 2782 for a client that fails over. */
function inOrder(records: readonly SrvRecord[]): SrvRecord[] {
  return [...records].sort((a, b) => a.priority - b.priority || b.weight - a.weight);
}

const withPort = (server: string): string =>
  /^\[.*\]:\d+$|^[^:]+:\d+$/.test(server) ? server : server.includes(':') ? `[${server}]:53` : `${server}:53`;

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host',
  ENODATA: 'no such host',
  ETIMEOUT: 'i/o timeout',
  ECONNREFUSED: 'connection refused',
  ESERVFAIL: 'server misbehaving',
  EREFUSED: 'server misbehaving',
};

function reason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
}

function nothingFound(secure: LookupFailure, insecure: LookupFailure, { domain }: DiscoveryOptions): ClientError {
  return new ClientError('discovery', `dns lookup errors: ${secure.message} and ${insecure.message}`, {
    explanations: [
      {
        cause: `DNS has no SRV records of etcd clients for ${domain}`,
        hint: 'check --discovery-srv (ETCDCTL_DISCOVERY_SRV) and --discovery-srv-name, or use --endpoints',
      },
    ],
    cause: secure,
  });
}
