import { formatJson } from '../base/index.ts';
import { clusterId, formatId, memberId } from '../base/member-ids.ts';
import type { PeerUrlMap } from '../base/peer-urls.ts';
import { SnapshotError } from './errors.ts';

/** A member of a cluster as it is about to be started. */
export interface Member {
  readonly id: bigint;
  readonly name: string;
  readonly peerUrls: readonly string[];
}

export interface Membership {
  readonly clusterId: bigint;
  /** In order of their ids. */
  readonly members: readonly Member[];
}

/** Far beyond any cluster that works; the history in a .snap file has room for 1000. */
const MAX_MEMBERS = 999;

/** Ids follow from names and URLs alone, so that members that were told the same form one cluster. */
export function foundMembership(peerUrls: PeerUrlMap, clusterToken: string): Membership {
  if (peerUrls.size > MAX_MEMBERS) throw new SnapshotError('argument', `a cluster of ${peerUrls.size} members`);
  const members = [...peerUrls].map(([name, urls]) => {
    const texts = urls.map((url) => url.text);
    return { id: memberId(texts, clusterToken), name, peerUrls: texts };
  });
  members.sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const [i, member] of members.entries()) {
    if (member.id === 0n) throw new SnapshotError('argument', 'cannot use 0 as member id');
    if (member.id === members[i + 1]?.id) {
      throw new SnapshotError('argument', `member exists with identical ID ${formatId(member.id)}`);
    }
  }
  return { clusterId: clusterId(members.map(({ id }) => id)), members };
}

/** A member as the database and the log hold it. */
export function memberJson({ id, name, peerUrls }: Member): string {
  return formatJson({ id, peerURLs: peerUrls, name: name === '' ? undefined : name });
}
