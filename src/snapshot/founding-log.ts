import { type FileSystem, utf8Encode } from '../base/index.ts';
import { encodeMemberIds, type Entry, type HardState, LogWriter, writeSnapFile } from '../wal/index.ts';
import { ConfChange, ConfChangeType, type ConfState, EntryType } from '../wire/disk.ts';
import { memberStoreJson } from './member-store.ts';
import { type Member, type Membership, memberJson } from './membership.ts';

const FIRST_TERM = 1n;

/** Where a cluster's log stands when its members have been added. */
export interface FoundingPoint {
  readonly index: bigint;
  readonly term: bigint;
}

/**
 * Writes the log and the .snap file of a member that is about to start in a
 * new cluster: the members are added one by one, all of it is committed, and
 * a snapshot stands at the end. The same for each member, but for whose it is.
 */
export async function writeFoundingLog(
  files: FileSystem,
  paths: { readonly walDir: string; readonly snapDir: string },
  membership: Membership,
  localId: bigint,
): Promise<FoundingPoint> {
  const { members, clusterId } = membership;
  const voters = members.map(({ id }) => id);
  const confState: ConfState = { voters, learners: [], voters_outgoing: [], learners_next: [] };
  const index = BigInt(members.length);
  const point = { index, term: FIRST_TERM };
  const hardState: HardState = { term: FIRST_TERM, vote: voters[0] ?? 0n, commit: index };

  const writer = LogWriter.create(files, paths.walDir, encodeMemberIds({ memberId: localId, clusterId }));
  try {
    await writer.save(hardState, members.map(additionOf));
    // A log may name only a snapshot whose file is there already.
    writeSnapFile(files, paths.snapDir, { ...point, confState, data: utf8Encode(memberStoreJson(members)) });
    await writer.saveSnapshot({ ...point, confState });
  } finally {
    await writer.close();
  }
  return point;
}

function additionOf(member: Member, i: number): Entry {
  const context = utf8Encode(memberJson(member));
  const data = ConfChange.encode({ type: ConfChangeType.ADD_NODE, node_id: member.id, context }).finish();
  return { type: EntryType.CONF_CHANGE, term: FIRST_TERM, index: BigInt(i + 1), data };
}
