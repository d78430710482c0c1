import { createHash } from 'node:crypto';
import { compareText } from './peer-urls.ts';
import { utf8Encode } from './utf8.ts';

// Source: etcd's server/etcdserver/api/membership. All members must come to the same ids bit for bit.

/** As ids are shown and as they are keys in the database: hex without leading zeros. */
export const formatId = (id: bigint): string => id.toString(16);

/**
 * A member's id: the first 8 bytes of the SHA-1 of its peer URLs, in order of their text, and the cluster's token.
 * @param unixSeconds when it was added to a running cluster, so that one removed and added again is another member
 */
export function memberId(peerUrls: readonly string[], clusterToken: string, unixSeconds?: number): bigint {
  const urls = [...peerUrls].sort(compareText).join('');
  return digest(utf8Encode(`${urls}${clusterToken}${unixSeconds ?? ''}`));
}

/** A cluster's id: the first 8 bytes of the SHA-1 of its founders' ids in order, 8 bytes each. */
export function clusterId(memberIds: readonly bigint[]): bigint {
  const bytes = Buffer.alloc(8 * memberIds.length);
  const inOrder = [...memberIds].sort((a, b) => (a < b ? -1 : 1));
  for (const [i, id] of inOrder.entries()) bytes.writeBigUInt64BE(id, 8 * i);
  return digest(bytes);
}

const digest = (bytes: Uint8Array): bigint => createHash('sha1').update(bytes).digest().readBigUInt64BE(0);
