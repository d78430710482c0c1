import type { Raft } from './core/state.ts';
import { nextCommitted } from './log/index.ts';
import { type Message, message } from './message.ts';
import {
  APPEND_THREAD,
  APPLY_THREAD,
  type Entry,
  type HardState,
  type ReadState,
  sameHardState,
  type Snapshot,
  type SoftState,
} from './types.ts';

/** What a node wants done: see the door for the order in which to do it. Nothing in it may be changed. */
export interface Ready {
  /** Undefined when it is what it was. */
  readonly softState: SoftState | undefined;
  /** To be persisted before `messages` are sent. Undefined when it is what it was. */
  readonly hardState: HardState | undefined;
  readonly readStates: readonly ReadState[];
  /** To be persisted before `messages` are sent, over any entries of the same or higher indexes. */
  readonly entries: readonly Entry[];
  /** To be persisted, and to become the state of the application. */
  readonly snapshot: Snapshot | undefined;
  /** To be applied, in order. */
  readonly committedEntries: readonly Entry[];
  readonly messages: readonly Message[];
  /** Whether what is persisted must be on disk (fsync) before anything that depends on it. */
  readonly mustSync: boolean;
}

/** The state that the last Ready told of. */
export interface Told {
  readonly softState: SoftState;
  readonly hardState: HardState;
}

/** What there is to do, apart from storage messages and those that wait for storage. */
export function collectReady(r: Raft, told: Told): Ready {
  const softState = r.softState();
  const hardState = r.hardState();
  const entries = r.log.unstable.nextEntries();
  return {
    softState: sameSoftState(softState, told.softState) ? undefined : softState,
    hardState: sameHardState(hardState, told.hardState) ? undefined : hardState,
    readStates: r.readStates,
    entries,
    snapshot: r.log.unstable.nextSnapshot(),
    committedEntries: nextCommitted(r.log, !r.settings.asyncStorageWrites),
    messages: r.outbox,
    mustSync: entries.length > 0 || hardState.vote !== told.hardState.vote || hardState.term !== told.hardState.term,
  };
}

export function sameSoftState(a: SoftState, b: SoftState): boolean {
  return a.lead === b.lead && a.role === b.role;
}

/**
 * What the append thread is to write, with what to deliver when that is done:
 * the messages that promise it to others, and an acknowledgement to this node
 * that comes last, so that the entries are still at hand for the messages
 * before it. Undefined when there is nothing to write and nobody waits.
 */
export function storageAppendMessage(r: Raft, ready: Ready): Message | undefined {
  const { hardState, entries, snapshot } = ready;
  const responses = [...r.outboxAfterAppend];
  if (entries.length === 0 && hardState === undefined && snapshot === undefined && responses.length === 0) {
    return undefined;
  }
  const acknowledgement = appendAcknowledgement(r, ready);
  if (acknowledgement !== undefined) {
    responses.push(acknowledgement);
  }
  return message('MsgStorageAppend', { ...hardState, to: APPEND_THREAD, from: r.id, entries, snapshot, responses });
}

/**
 * Tells this node that all it has handed out up to now is persisted. It names
 * the end of the log and the term as of now: entries that were overwritten in
 * the meantime do not match it, and after a change of term an overwrite may be
 * under way, so that it must not count. It goes along with every write while
 * anything is unacknowledged, so that one that did not count is made up for.
 */
export function appendAcknowledgement(r: Raft, { snapshot }: Ready): Message | undefined {
  const hasUnstable = r.log.unstable.length > 0;
  if (!hasUnstable && snapshot === undefined) {
    return undefined;
  }
  const fields = { to: r.id, from: APPEND_THREAD, term: r.term, snapshot };
  if (!hasUnstable) {
    return message('MsgStorageAppendResp', fields);
  }
  const { index, term } = r.log.lastId();
  return message('MsgStorageAppendResp', { ...fields, index, logTerm: term });
}

export function storageApplyMessage(r: Raft, { committedEntries }: Ready): Message | undefined {
  const acknowledgement = applyAcknowledgement(r, committedEntries);
  if (acknowledgement === undefined) {
    return undefined;
  }
  return message('MsgStorageApply', {
    to: APPLY_THREAD,
    from: r.id,
    entries: committedEntries,
    responses: [acknowledgement],
  });
}

/** Tells this node that committed entries were applied. They belong to no term. */
export function applyAcknowledgement(r: Raft, entries: readonly Entry[]): Message | undefined {
  return entries.length === 0 ? undefined : message('MsgStorageApplyResp', { to: r.id, from: APPLY_THREAD, entries });
}
