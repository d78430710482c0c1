import type { ResponseHeader } from '../wire/index.ts';

/** The store knows of revisions only; ids and term are the member's to fill in. */
export function headerAt(revision: bigint): ResponseHeader {
  return { cluster_id: 0n, member_id: 0n, revision, raft_term: 0n };
}
