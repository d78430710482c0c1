import { APPEND_THREAD, APPLY_THREAD, type Entry, NO_BYTES, NONE, type Snapshot } from './types.ts';

/** Message types in the order of their numbers in raft.proto (0 to 23). */
export const MESSAGE_TYPES = [
  'MsgHup',
  'MsgBeat',
  'MsgProp',
  'MsgApp',
  'MsgAppResp',
  'MsgVote',
  'MsgVoteResp',
  'MsgSnap',
  'MsgHeartbeat',
  'MsgHeartbeatResp',
  'MsgUnreachable',
  'MsgSnapStatus',
  'MsgCheckQuorum',
  'MsgTransferLeader',
  'MsgTimeoutNow',
  'MsgReadIndex',
  'MsgReadIndexResp',
  'MsgPreVote',
  'MsgPreVoteResp',
  'MsgStorageAppend',
  'MsgStorageAppendResp',
  'MsgStorageApply',
  'MsgStorageApplyResp',
  'MsgForgetLeader',
] as const;

export type MessageType = (typeof MESSAGE_TYPES)[number];

/** One message between nodes, or between a node and its storage threads. Immutable: forwarding makes a copy. */
export interface Message {
  readonly type: MessageType;
  readonly to: bigint;
  readonly from: bigint;
  /** Zero for messages that belong to no term: proposals and read requests on their way to the leader. */
  readonly term: bigint;
  /** MsgApp: term of the entry before `entries`. MsgAppResp rejection: term at `rejectHint`. Votes: last term. */
  readonly logTerm: bigint;
  /** MsgApp: index of the entry before `entries`. MsgAppResp: last index appended or rejected. Votes: last index. */
  readonly index: bigint;
  readonly entries: readonly Entry[];
  readonly commit: bigint;
  /** MsgStorageAppend only: the vote to persist. */
  readonly vote: bigint;
  readonly snapshot: Snapshot | undefined;
  readonly reject: boolean;
  /** MsgAppResp rejection: the follower's guess at the last entry that agrees with the leader's log. */
  readonly rejectHint: bigint;
  readonly context: Uint8Array;
  /** MsgStorageAppend and MsgStorageApply: what to deliver once the write is done, each to its own `to`. */
  readonly responses: readonly Message[];
}

const NO_ENTRIES: readonly Entry[] = [];
const NO_MESSAGES: readonly Message[] = [];

/** A message with every field not given at its zero value. All messages share one shape, which keeps them cheap. */
export function message(type: MessageType, fields: Partial<Omit<Message, 'type'>>): Message {
  return {
    type,
    to: fields.to ?? NONE,
    from: fields.from ?? NONE,
    term: fields.term ?? 0n,
    logTerm: fields.logTerm ?? 0n,
    index: fields.index ?? 0n,
    entries: fields.entries ?? NO_ENTRIES,
    commit: fields.commit ?? 0n,
    vote: fields.vote ?? NONE,
    snapshot: fields.snapshot,
    reject: fields.reject ?? false,
    rejectHint: fields.rejectHint ?? 0n,
    context: fields.context ?? NO_BYTES,
    responses: fields.responses ?? NO_MESSAGES,
  };
}

/** Messages that a node only sends to itself, or exchanges with its own storage threads. */
const LOCAL: ReadonlySet<MessageType> = new Set<MessageType>([
  'MsgHup',
  'MsgBeat',
  'MsgUnreachable',
  'MsgSnapStatus',
  'MsgCheckQuorum',
  'MsgStorageAppend',
  'MsgStorageAppendResp',
  'MsgStorageApply',
  'MsgStorageApplyResp',
]);

const RESPONSES: ReadonlySet<MessageType> = new Set<MessageType>([
  'MsgAppResp',
  'MsgVoteResp',
  'MsgHeartbeatResp',
  'MsgUnreachable',
  'MsgReadIndexResp',
  'MsgPreVoteResp',
  'MsgStorageAppendResp',
  'MsgStorageApplyResp',
]);

export function isLocalMessage(type: MessageType): boolean {
  return LOCAL.has(type);
}

export function isResponse(type: MessageType): boolean {
  return RESPONSES.has(type);
}

/** Whether an id stands for a node's own storage thread. */
export function isLocalTarget(id: bigint): boolean {
  return id === APPEND_THREAD || id === APPLY_THREAD;
}
