import type { IncomingHttpHeaders } from 'node:http';

/** Paths below a member's peer URL. */
export const PATHS = {
  pipeline: '/raft',
  probing: '/raft/probing',
  snapshot: '/raft/snapshot',
  stream: '/raft/stream/',
  members: '/members',
  promote: '/members/promote/',
  hashKv: '/members/hashkv',
  version: '/version',
  leases: '/leases',
  leasesInternal: '/leases/internal',
  downgrade: '/downgrade/enabled',
} as const;

/** What the other end answers to a request from another cluster, or from a version that does not go with its own. */
export const CLUSTER_MISMATCH = 'cluster ID mismatch';
export const VERSION_MISMATCH = 'incompatible version';

/** The oldest cluster that this member takes part in. */
export const MIN_CLUSTER_VERSION = '3.0.0';

/** Ids go in lower-case hex without leading zeros. */
export const formatId = (id: bigint): string => id.toString(16);

/** Undefined if the text is no id. */
export function parseId(text: string): bigint | undefined {
  return /^[0-9a-fA-F]{1,16}$/.test(text) ? BigInt(`0x${text}`) : undefined;
}

/** Who speaks. */
export interface Speaker {
  readonly id: bigint;
  readonly clusterId: bigint;
  readonly version: string;
  readonly peerUrls: readonly string[];
}

/** What every request to a peer carries. */
export function requestHeaders(speaker: Speaker): Record<string, string> {
  return {
    'X-Server-From': formatId(speaker.id),
    'X-Server-Version': speaker.version,
    'X-Min-Cluster-Version': MIN_CLUSTER_VERSION,
    'X-Etcd-Cluster-ID': formatId(speaker.clusterId),
    ...(speaker.peerUrls.length > 0 && { 'X-PeerURLs': speaker.peerUrls.join(',') }),
  };
}

export const header = (headers: IncomingHttpHeaders, name: string): string => {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value : '';
};

/** `major.minor.patch`, with what else there is left out; a text that is none counts as the oldest. */
function parseVersion(text: string): readonly [number, number, number] {
  const [, major, minor, patch] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return [Number(major ?? 2), Number(minor ?? 0), Number(patch ?? 0)];
}

function isBelow(a: string, b: string): boolean {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at >= 0 && (left[at] ?? 0) < (right[at] ?? 0);
}

const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

/** Why a request must not be taken; undefined if it may. Only major and minor versions count, as in etcd. */
export function incompatibility(headers: IncomingHttpHeaders, local: Speaker): string | undefined {
  const remoteVersion = header(headers, 'X-Server-Version') || '2.0.0';
  const remoteMinimum = header(headers, 'X-Min-Cluster-Version') || '2.0.0';
  if (isBelow(remoteVersion, MIN_CLUSTER_VERSION) || isBelow(minorOf(local.version), minorOf(remoteMinimum))) {
    return VERSION_MISMATCH;
  }
  return header(headers, 'X-Etcd-Cluster-ID') === formatId(local.clusterId) ? undefined : CLUSTER_MISMATCH;
}
