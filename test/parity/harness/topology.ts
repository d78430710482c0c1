/** The kinds of clusters that cases run on, and what a command finds there. */
import type { ClusterOptions, EtcdCluster } from '../../support/etcd-server.ts';

const LAYOUTS = {
  plain: {},
  three: { members: 3 },
  tls: { transport: 'tls' },
  mtls: { transport: 'mtls' },
  'three mtls': { members: 3, transport: 'mtls' },
  auth: { auth: true },
  'mtls auth': { transport: 'mtls', auth: true },
  jwt: { auth: true, jwt: true },
  quota: { quotaBytes: 1_000_000 },
} as const satisfies Record<string, Omit<ClusterOptions, 'release'>>;

export type Topology = keyof typeof LAYOUTS;

export const topologies = Object.keys(LAYOUTS).filter((name): name is Topology => name in LAYOUTS);

export function layoutOf(topology: Topology): Omit<ClusterOptions, 'release'> {
  return LAYOUTS[topology];
}

/**
 * Variables for every line: EP (the first member, host:port), EP2, EP3, EPS
 * (all), PORT and URL of the first, DEAD (an address that refuses),
 * ONE_MINOR_DOWN (the version a downgrade may go to).
 */
export function addressVariables(cluster: EtcdCluster): Record<string, string> {
  const [first = '', second = '', third = ''] = cluster.endpoints;
  const scheme = encrypted(cluster) ? 'https' : 'http';
  return {
    EP: first,
    EP2: second,
    EP3: third,
    EPS: cluster.endpoints.join(','),
    PORT: first.split(':')[1] ?? '',
    URL: `${scheme}://${first}`,
    ONE_MINOR_DOWN: oneMinorDown(cluster.options.release.series),
    // Port 1 (tcpmux) needs privileges to listen on, and nobody does.
    DEAD: '127.0.0.1:1',
  };
}

function oneMinorDown(series: string): string {
  const [major, minor] = series.split('.');
  return `${major}.${Number(minor) - 1}.0`;
}

/** The flags a user of this topology gives, as `[flag, value]`. */
export function connectionFlags(cluster: EtcdCluster): [flag: string, value: string][] {
  const { transport = 'plain' } = cluster.options;
  const flags: [string, string][] = [['endpoints', `${encrypted(cluster) ? 'https://' : ''}${cluster.endpoints[0]}`]];
  if (transport !== 'plain') flags.push(['cacert', 'ca.crt']);
  if (transport === 'mtls') flags.push(['cert', 'client.crt'], ['key', 'client.key']);
  return flags;
}

export function variableOf(flag: string): string {
  return `ETCDCTL_${flag.toUpperCase().replaceAll('-', '_')}`;
}

function encrypted(cluster: EtcdCluster): boolean {
  return (cluster.options.transport ?? 'plain') !== 'plain';
}
