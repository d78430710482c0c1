import {
  type ConfState,
  Entry as EntryCodec,
  EntryType,
  HardState as HardStateCodec,
  Metadata,
  WalSnapshot as SnapshotCodec,
} from '../wire/disk.ts';
import { WalError, type WalPosition } from './errors.ts';

/** One entry of the raft log. */
export interface Entry {
  readonly type: EntryType;
  readonly term: bigint;
  readonly index: bigint;
  readonly data: Uint8Array;
}

/** What a raft member must not forget. All zero before the first vote. */
export interface HardState {
  readonly term: bigint;
  /** The member voted for in this term; 0 for none. */
  readonly vote: bigint;
  readonly commit: bigint;
}

/** A snapshot's place in the log. Writers since 3.5 tell the membership with it. */
export interface SnapshotMark {
  readonly index: bigint;
  readonly term: bigint;
  readonly confState?: ConfState | undefined;
}

/** Whose log it is: the metadata that etcd heads a log with. */
export interface MemberIds {
  readonly memberId: bigint;
  readonly clusterId: bigint;
}

export const EMPTY_HARD_STATE: HardState = { term: 0n, vote: 0n, commit: 0n };

/** Where every log begins. */
export const EMPTY_SNAPSHOT: SnapshotMark = { index: 0n, term: 0n };

const NO_DATA = new Uint8Array(0);

export const isEmptyHardState = (state: HardState): boolean =>
  state.term === 0n && state.vote === 0n && state.commit === 0n;

// Zero scalars are written out, as every release up to 3.6 does and 3.7 does here.

export const encodeEntry = ({ type, term, index, data }: Entry): Uint8Array =>
  EntryCodec.encode({ type, term, index, data: data.length > 0 ? data : undefined }).finish();

export const encodeHardState = ({ term, vote, commit }: HardState): Uint8Array =>
  HardStateCodec.encode({ term, vote, commit }).finish();

export const encodeSnapshotMark = ({ index, term, confState }: SnapshotMark): Uint8Array =>
  SnapshotCodec.encode({ index, term, conf_state: confState }).finish();

export const encodeMemberIds = ({ memberId, clusterId }: MemberIds): Uint8Array =>
  Metadata.encode({ node_id: memberId, cluster_id: clusterId }).finish();

/** @param directory the log's, for the error. */
export function decodeMemberIds(bytes: Uint8Array, directory: string): MemberIds {
  const position = { path: directory, offset: 0 };
  const { node_id = 0n, cluster_id = 0n } = decode('member ids', Metadata, bytes, position);
  return { memberId: node_id, clusterId: cluster_id };
}

export function decodeEntry(bytes: Uint8Array, position: WalPosition): Entry {
  const { type, term = 0n, index = 0n, data = NO_DATA } = decode('entry', EntryCodec, bytes, position);
  return { type: type ?? EntryType.NORMAL, term, index, data };
}

export function decodeHardState(bytes: Uint8Array, position: WalPosition): HardState {
  const { term = 0n, vote = 0n, commit = 0n } = decode('hard state', HardStateCodec, bytes, position);
  return { term, vote, commit };
}

export function decodeSnapshotMark(bytes: Uint8Array, position: WalPosition): SnapshotMark {
  const { index = 0n, term = 0n, conf_state } = decode('snapshot', SnapshotCodec, bytes, position);
  return { index, term, confState: conf_state };
}

/** A record may carry the right checksum and yet hold what no writer of ours would have put there. */
function decode<T>(what: string, codec: { decode(bytes: Uint8Array): T }, bytes: Uint8Array, position: WalPosition): T {
  try {
    return codec.decode(bytes);
  } catch (cause) {
    throw new WalError('corrupt', `wal: record holds no ${what}`, position, { cause });
  }
}
