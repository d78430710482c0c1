import type { Role } from './types.ts';

/** A node id as log lines and transcripts write it. */
export function hex(id: bigint): string {
  return id.toString(16);
}

export const ROLE_TEXT: Readonly<Record<Role, string>> = {
  follower: 'StateFollower',
  preCandidate: 'StatePreCandidate',
  candidate: 'StateCandidate',
  leader: 'StateLeader',
};
