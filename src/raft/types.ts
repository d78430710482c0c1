/** The words of the consensus core: entries, snapshots, states and messages. Everything here is an immutable value. */

/** Stands where no node is meant: no leader, no vote, no transferee. Never a node's id. */
export const NONE = 0n;

/** The id that storage-append messages are addressed to when storage writes are asynchronous. */
export const APPEND_THREAD = 0xffff_ffff_ffff_ffffn;

/** The id that storage-apply messages are addressed to when storage writes are asynchronous. */
export const APPLY_THREAD = 0xffff_ffff_ffff_fffen;

export const NO_BYTES: Uint8Array = new Uint8Array(0);

export type Role = 'follower' | 'preCandidate' | 'candidate' | 'leader';

/** `EntryConfChange` carries an encoded {@link ConfChangeV1}, `EntryConfChangeV2` a {@link ConfChangeV2}. */
export type EntryType = 'EntryNormal' | 'EntryConfChange' | 'EntryConfChangeV2';

/** A position in the log together with the term in which it was written: two logs that share it agree up to it. */
export interface EntryId {
  readonly term: bigint;
  readonly index: bigint;
}

export interface Entry extends EntryId {
  readonly type: EntryType;
  readonly data: Uint8Array;
}

/** Volatile state, of use for logging and routing; it need not be stored. */
export interface SoftState {
  readonly lead: bigint;
  readonly role: Role;
}

/** What must be on disk before a message that depends on it leaves the node. */
export interface HardState {
  readonly term: bigint;
  readonly vote: bigint;
  readonly commit: bigint;
}

export const EMPTY_HARD_STATE: HardState = { term: 0n, vote: NONE, commit: 0n };

export function sameHardState(a: HardState, b: HardState): boolean {
  return a.term === b.term && a.vote === b.vote && a.commit === b.commit;
}

/** The membership as a snapshot records it. `votersOutgoing` is empty unless the configuration is joint. */
export interface ConfState {
  readonly voters: readonly bigint[];
  readonly learners: readonly bigint[];
  readonly votersOutgoing: readonly bigint[];
  /** Voters of the outgoing half that become learners once the joint configuration is left. */
  readonly learnersNext: readonly bigint[];
  readonly autoLeave: boolean;
}

export const EMPTY_CONF_STATE: ConfState = {
  voters: [],
  learners: [],
  votersOutgoing: [],
  learnersNext: [],
  autoLeave: false,
};

/** The state machine as of `index`; it replaces every entry up to there. Index 0 means "no snapshot". */
export interface Snapshot extends EntryId {
  readonly confState: ConfState;
  readonly data: Uint8Array;
}

export const EMPTY_SNAPSHOT: Snapshot = { term: 0n, index: 0n, confState: EMPTY_CONF_STATE, data: NO_BYTES };

/** A read may be answered from the state machine once it has applied up to `index`. */
export interface ReadState {
  readonly index: bigint;
  /** The bytes that the caller gave to `readIndex`. */
  readonly context: Uint8Array;
}

export type ConfChangeType =
  | 'ConfChangeAddNode'
  | 'ConfChangeRemoveNode'
  | 'ConfChangeUpdateNode'
  | 'ConfChangeAddLearnerNode';

/**
 * - `Auto`: one change takes the simple path, several go through a joint configuration that is left by itself.
 * - `JointImplicit`: always joint, left by itself.
 * - `JointExplicit`: always joint, left when the application proposes an empty change.
 */
export type ConfChangeTransition =
  | 'ConfChangeTransitionAuto'
  | 'ConfChangeTransitionJointImplicit'
  | 'ConfChangeTransitionJointExplicit';

export interface ConfChangeSingle {
  readonly type: ConfChangeType;
  readonly nodeId: bigint;
}

/** One change of one member, in the form that all versions of etcd write. */
export interface ConfChangeV1 extends ConfChangeSingle {
  /** The proposer's request id, threaded through for its own use. */
  readonly id: bigint;
  readonly context: Uint8Array;
}

/** Any number of changes made as one. With no changes and transition `Auto` it leaves the joint configuration. */
export interface ConfChangeV2 {
  readonly transition: ConfChangeTransition;
  readonly changes: readonly ConfChangeSingle[];
  readonly context: Uint8Array;
}

export type ConfChange = ConfChangeV1 | ConfChangeV2;
