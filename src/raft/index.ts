/**
 * raft/: the consensus core. One {@link RaftNode} is one member of a cluster,
 * as a pure state machine after Ongaro's dissertation and etcd-io/raft, and
 * compatible with the latter message for message. It does no input or output
 * and has no clock and no randomness of its own: what happens is a function of
 * what it is told, so that a whole cluster's life can be replayed.
 *
 * ## What the caller tells it
 * - `tick()` at even intervals. All timeouts are counted in ticks.
 * - `step(message)` for every message from another member.
 * - `propose`, `proposeConfChange`, `readIndex`, `transferLeader`, ... for what clients want.
 * - `reportUnreachable(id)` when a message could not be sent; `reportSnapshot(id, outcome)` after every `MsgSnap`.
 *
 * ## What it wants done: `ready()` and `advance()`
 * Whenever `hasReady()`, take one {@link Ready} and do, in this order:
 * 1. Persist `snapshot`, then `entries` (over any that stand at the same or
 *    higher indexes), then `hardState`. With `mustSync` all of it is on disk
 *    (fsync) before step 2. {@link Storage} must show the new state. After a
 *    crash there must be no hard state that commits entries which are lost; and
 *    a snapshot that the hard state does not commit yet does not count.
 * 2. Send `messages`. One that is lost does no harm. None may leave before
 *    step 1 is done: they promise what was persisted (a vote, entries received).
 * 3. Make `snapshot` the application's state; apply `committedEntries` to it in
 *    order. For an entry that carries a change of membership (see
 *    {@link decodeConfChange}) call `applyConfChange`, too. What applying does
 *    must follow from the log alone, or members come to differ.
 * 4. Call `advance()`, and only then `ready()` again.
 * A leader may send before its own disk is done (§10.2.1 of the dissertation)
 * only with asynchronous writes, which make the difference explicit.
 *
 * `readStates` answer `readIndex`: once the application has applied up to
 * `index`, what it shows is at least as new as when the read was asked for.
 *
 * ## Asynchronous storage writes
 * With `asyncStorageWrites` there is no `advance`, and the fields of a Ready
 * need not be looked at but for `messages`. Those to {@link APPEND_THREAD}
 * (`MsgStorageAppend`) carry what step 1 persists: a hard state in `term`,
 * `vote` and `commit` if one of them is not 0, `snapshot` and `entries`. Those
 * to {@link APPLY_THREAD} (`MsgStorageApply`) carry the `entries` of step 3.
 * Each kind is to be worked off in order, the two kinds independently; when one
 * is done (for an append that has responses: durably) its `responses` are to be
 * delivered, which may be for this node or for others. All other messages can
 * be sent at once. Entries to apply that a snapshot contains which was installed
 * in the meantime are to be skipped.
 *
 * ## Starting
 * A new cluster: give every member the same first membership, by `bootstrap`
 * or by storages that begin from equal snapshots. A restart: make a storage
 * that shows what was persisted, say in `applied` what the application holds,
 * and construct the node anew. A node that joins starts with nothing, and is
 * added by the others with `proposeConfChange`. An id is used once for all time.
 *
 * ## Memberships
 * One change is under way at a time. It takes effect when it is applied, not
 * when it is appended; a change of more than one voter goes through a joint
 * configuration in which the old and the new majority must both agree.
 *
 * ## Where it differs from etcd-io/raft
 * Messages and log lines are the same; these refusals and delays are its own:
 * - A leader tries a change of membership before it lets it into the log.
 * - A leader that is the only voter, too, keeps reads until it has committed an
 *   entry of its term: after a restart it may not know all that it had committed.
 * - A leader that was removed does not take itself for the only voter when one is left.
 * - Reads that a leader keeps are dropped when it stops leading.
 * - An append whose entries do not follow one another is refused.
 *
 * ## When something is wrong
 * {@link RaftError} refuses one request, and the node goes on.
 * {@link RaftInvariantError} means that the node contradicts itself or that
 * its storage has lost what was persisted: stop it, nothing after it is safe.
 */
export { asV2, decodeConfChange, encodeConfChange } from './confchange/index.ts';
export type { Config, ReadOnlyOption } from './config.ts';
export type { Peer } from './core/bootstrap.ts';
export {
  describeConfChange,
  describeConfState,
  describeEntries,
  describeEntry,
  describeHardState,
  describeMessage,
  describeReady,
  describeSnapshot,
  describeSoftState,
  type FormatData,
} from './describe.ts';
export { RaftError, type RaftErrorCode, RaftInvariantError } from './errors.ts';
export { MemoryStorage, type Missing, type Storage } from './log/index.ts';
export type { Logger } from './logger.ts';
export { isLocalTarget, type Message, MESSAGE_TYPES, type MessageType, message } from './message.ts';
export { RaftNode } from './node.ts';
export { allVoters, type JointConfig } from './quorum/index.ts';
export type { Ready } from './ready.ts';
export type { BasicStatus, Status } from './status.ts';
export { ROLE_TEXT } from './text.ts';
export { formatProgressMap, type Progress, type TrackerConfig } from './tracker/index.ts';
export {
  APPEND_THREAD,
  APPLY_THREAD,
  type ConfChange,
  type ConfChangeSingle,
  type ConfChangeTransition,
  type ConfChangeType,
  type ConfChangeV1,
  type ConfChangeV2,
  type ConfState,
  EMPTY_CONF_STATE,
  EMPTY_HARD_STATE,
  type Entry,
  type EntryId,
  type EntryType,
  type HardState,
  NO_BYTES,
  NONE,
  type ReadState,
  type Role,
  sameHardState,
  type Snapshot,
  type SoftState,
} from './types.ts';
