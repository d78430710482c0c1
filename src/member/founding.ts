import { messageOf } from '../base/index.ts';
import { parsePeerUrls } from '../base/peer-urls.ts';
import { clusterId, formatId, memberId } from '../base/member-ids.ts';
import { fromInfo, type MemberRecord } from './membership/record.ts';
import type { PeerLink, PeerNetwork } from './network.ts';
import type { MemberOptions } from './options.ts';
import { compareVersions, majorMinor, MIN_CLUSTER_VERSION, parseVersion, type Version } from './versions.ts';

/** A member that can not be started as it was asked to. Says why, and which option mends it. */
export class MemberStartError extends Error {
  override readonly name = 'MemberStartError';
}

/** As what a member without data begins. */
export interface Founding {
  readonly memberId: bigint;
  readonly clusterId: bigint;
  /** All that found the cluster, this one included; none if it exists and this one joins it. */
  readonly founders: readonly MemberRecord[];
  /** The members of the cluster that this one joins. */
  readonly existing: readonly MemberRecord[];
}

const DEFAULT_TOKEN = 'etcd-cluster';

/**
 * Works out who a member is from what it was told, and in a cluster that exists, from the others.
 * @throws MemberStartError
 */
export async function foundMember(options: MemberOptions): Promise<Founding> {
  const members = initialMembers(options);
  const self = members.find(({ name }) => name === options.name);
  if (!self)
    throw new MemberStartError(`couldn't find local name "${options.name}" in the initial cluster configuration`);
  checkAdvertised(self, options.peerUrls);
  const others = members.filter((member) => member !== self).flatMap(({ peerUrls }) => peerUrls);
  if (options.initialClusterState === 'existing') return join(options.network, self, members, others);
  await checkNotBootstrapped(options.network, self, others);
  return { memberId: self.id, clusterId: clusterId(members.map(({ id }) => id)), founders: members, existing: [] };
}

function initialMembers({ initialCluster, initialClusterToken = DEFAULT_TOKEN }: MemberOptions): MemberRecord[] {
  const members = [...initialCluster].map(([name, urls]): MemberRecord => {
    const peerUrls = parsePeerUrls(urls).map(({ text }) => text);
    return { id: memberId(peerUrls, initialClusterToken), name, peerUrls, clientUrls: [], isLearner: false };
  });
  members.sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const [i, { id }] of members.entries()) {
    if (id === 0n) throw new MemberStartError('cannot use 0 as member id');
    if (id === members[i + 1]?.id) throw new MemberStartError(`member exists with identical ID ${formatId(id)}`);
  }
  return members;
}

/** A member must be reachable where the others were told to look for it. */
function checkAdvertised(self: MemberRecord, advertised: readonly string[]): void {
  const urls = parsePeerUrls(advertised).map(({ text }) => text);
  if (urls.length === self.peerUrls.length && urls.every((url, i) => url === self.peerUrls[i])) return;
  throw new MemberStartError(
    `--initial-cluster has ${self.name}=${self.peerUrls.join(',')} but missing from ` +
      `--initial-advertise-peer-urls=${urls.join(',')}`,
  );
}

/** One that was a member already and lost its data would break the promises it made. */
async function checkNotBootstrapped(
  network: PeerNetwork,
  self: MemberRecord,
  others: readonly string[],
): Promise<void> {
  if (others.length === 0) return;
  let members: readonly MemberRecord[];
  try {
    members = (await network.clusterAt(others)).members.map(fromInfo);
  } catch {
    return; // nobody is there yet
  }
  const known = members.find(({ id }) => id === self.id);
  if (known && known.clientUrls.length > 0) {
    throw new MemberStartError(`member ${formatId(self.id)} has already been bootstrapped`);
  }
}

/** Ids come from the cluster: a member that was added has one that depends on when it was. */
async function join(
  network: PeerNetwork,
  self: MemberRecord,
  members: readonly MemberRecord[],
  others: readonly string[],
): Promise<Founding> {
  let remote: Awaited<ReturnType<PeerNetwork['clusterAt']>>;
  try {
    remote = await network.clusterAt(others);
  } catch (error) {
    throw new MemberStartError(`cannot fetch cluster info from peer urls: ${messageOf(error)}`);
  }
  const existing = remote.members.map(fromInfo);
  if (existing.length !== members.length) {
    throw new MemberStartError(
      'error validating peerURLs: member count is unequal: was the member added, and is the initial cluster complete?',
    );
  }
  for (const member of existing) {
    if (members.some(({ peerUrls }) => haveSame(peerUrls, member.peerUrls))) continue;
    const text = `(${formatId(member.id)}, ${member.peerUrls.join(',')})`;
    throw new MemberStartError(`error validating peerURLs: no match found for existing member ${text}`);
  }
  const own = existing.find(({ peerUrls }) => haveSame(peerUrls, self.peerUrls));
  if (!own)
    throw new MemberStartError(`error validating peerURLs: the cluster does not know ${self.peerUrls.join(',')}`);
  return { memberId: own.id, clusterId: remote.clusterId, founders: [], existing };
}

const haveSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((url) => b.includes(url));

/**
 * Whether this release can be a member of a cluster at that version: one that is newer says things that it does not
 * understand. A member that does not answer tells nothing.
 * @throws MemberStartError
 */
export async function checkCompatible(
  link: Pick<PeerLink, 'ask'>,
  { memberId: self, existing }: Founding,
  version: string,
): Promise<void> {
  const own = parseVersion(version);
  const others = existing.filter(({ id }) => id !== self);
  const answers = await Promise.allSettled(others.map(({ id }) => link.ask(id).versions()));
  for (const [i, answer] of answers.entries()) {
    const cluster = answer.status === 'fulfilled' ? parseVersion(answer.value.cluster) : undefined;
    if (!own || !cluster) continue;
    if (compareVersions(cluster, MIN_CLUSTER_VERSION) >= 0 && compareVersions(cluster, majorMinor(own)) <= 0) continue;
    const { major, minor } = cluster;
    throw new MemberStartError(
      `incompatible with current running cluster: member ${formatId(others[i]?.id ?? 0n)} says that it is at ` +
        `${major}.${minor}, and this is etcd ${version}`,
    );
  }
}

/**
 * A cluster's version only goes down when its members agreed to that; one that is older would not understand its log.
 * @throws MemberStartError
 */
export function refuseDowngrade(cluster: Version | undefined, version: string): void {
  const own = parseVersion(version);
  if (!own || !cluster || compareVersions(cluster, majorMinor(own)) <= 0) return;
  throw new MemberStartError(
    `invalid downgrade; server version ${version} is lower than determined cluster version ${cluster.major}.${cluster.minor}`,
  );
}
