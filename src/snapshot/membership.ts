import { createHash } from 'node:crypto';
import { formatJson } from '../base/index.ts';
import { SnapshotError } from './errors.ts';
import { compareText, type PeerUrlMap } from '../base/peer-urls.ts';

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

/** The first 8 bytes of the SHA-1 of the URLs, sorted, and the token, one behind the other. */
function memberId(peerUrls: readonly string[], clusterToken: string): bigint {
  return digest(Buffer.from([...peerUrls].sort(compareText).join('') + clusterToken));
}

/** The first 8 bytes of the SHA-1 of the members' ids in order, 8 bytes each. */
function clusterId(memberIds: readonly bigint[]): bigint {
  const bytes = Buffer.alloc(8 * memberIds.length);
  for (const [i, id] of memberIds.entries()) bytes.writeBigUInt64BE(id, 8 * i);
  return digest(bytes);
}

const digest = (bytes: Uint8Array): bigint => createHash('sha1').update(bytes).digest().readBigUInt64BE(0);

/** As ids are shown and as they are keys in the database: hex without leading zeros. */
export const formatId = (id: bigint): string => id.toString(16);

/** A member as the database and the log hold it. */
export function memberJson({ id, name, peerUrls }: Member): string {
  return formatJson({ id, peerURLs: peerUrls, name: name === '' ? undefined : name });
}
