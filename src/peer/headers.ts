import type { IncomingHttpHeaders } from 'node:http';
import { formatId } from '../base/member-ids.ts';
import { compareVersions, majorMinor, parseVersion, type Version } from '../member/index.ts';

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

/** What a member that tells no version counts as: etcd's before there were these headers. */
const UNTOLD: Version = { major: 2, minor: 0, patch: 0 };

/** Only major and minor versions count, as in etcd. */
const releaseOf = (text: string): Version => majorMinor(parseVersion(text) ?? UNTOLD);

/** Why a request must not be taken; undefined if it may. Source: etcd's rafthttp, checkVersionCompatibility. */
export function incompatibility(headers: IncomingHttpHeaders, local: Speaker): string | undefined {
  const remote = releaseOf(header(headers, 'X-Server-Version'));
  const wanted = releaseOf(header(headers, 'X-Min-Cluster-Version'));
  const isTooOld = compareVersions(remote, releaseOf(MIN_CLUSTER_VERSION)) < 0;
  if (isTooOld || compareVersions(releaseOf(local.version), wanted) < 0) return VERSION_MISMATCH;
  return header(headers, 'X-Etcd-Cluster-ID') === formatId(local.clusterId) ? undefined : CLUSTER_MISMATCH;
}
