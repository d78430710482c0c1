import { applyConfChange } from './core/conf-change.ts';
import { asV2, encodeConfChange } from './confchange/index.ts';
import { bootstrap, type Peer } from './core/bootstrap.ts';
import { type Config, settle } from './config.ts';
import { readRequest } from './core/read-index.ts';
import { startRaft } from './core/start.ts';
import type { Raft } from './core/state.ts';
import { step } from './core/step.ts';
import { tick } from './core/tick.ts';
import { fail, RaftError } from './errors.ts';
import { acceptCommitted, hasNextCommitted } from './log/index.ts';
import { isLocalMessage, isLocalTarget, isResponse, type Message, message, type MessageType } from './message.ts';
import {
  appendAcknowledgement,
  applyAcknowledgement,
  collectReady,
  type Ready,
  sameSoftState,
  storageAppendMessage,
  storageApplyMessage,
  type Told,
} from './ready.ts';
import { basicStatus, type BasicStatus, status, type Status } from './status.ts';
import {
  type ConfChange,
  type ConfState,
  EMPTY_HARD_STATE,
  type Entry,
  type EntryType,
  sameHardState,
} from './types.ts';

/** One member of a cluster. The contract with its caller stands at the door of this room. */
export class RaftNode {
  readonly #raft: Raft;
  readonly #isAsync: boolean;
  #told: Told;
  /** What `advance` tells the node: with synchronous writes, its storage's answers. */
  #stepsOnAdvance: Message[] = [];

  /** @throws {RaftError} `invalidConfig` */
  constructor(config: Config) {
    const settings = settle(config);
    this.#isAsync = settings.asyncStorageWrites;
    this.#raft = startRaft(settings);
    this.#told = { softState: this.#raft.softState(), hardState: this.#raft.hardState() };
  }

  /**
   * Begins a new cluster: gives an empty log the entries that add its first
   * members. Do the same on each of them, or start them from equal snapshots.
   * @throws {RaftError} `notEmpty` when there is a log already, `invalidConfChange` without peers
   */
  bootstrap(peers: readonly Peer[]): void {
    bootstrap(this.#raft, peers);
    this.#told = { ...this.#told, hardState: EMPTY_HARD_STATE };
  }

  /** Time passes by one tick. */
  tick(): void {
    tick(this.#raft);
  }

  /** Starts an election without waiting for the timeout. */
  campaign(): void {
    this.#step('MsgHup', {});
  }

  /**
   * Proposes data for the log, an entry for each payload: all of them or, when
   * this throws, none. They may still be lost, and are safe once they come
   * back as committed entries. Many at a time are much cheaper than one by one.
   * @throws {RaftError} `proposalDropped` without a leader, during a transfer of leadership, or over the size limit
   */
  propose(...payloads: readonly Uint8Array[]): void {
    this.#propose('EntryNormal', payloads);
  }

  /**
   * Proposes a change of membership. One that may not be made now enters the log as an empty entry.
   * @throws {RaftError} `proposalDropped`
   */
  proposeConfChange(change: ConfChange): void {
    const { type, data } = encodeConfChange(change);
    this.#propose(type, [data]);
  }

  /**
   * Makes a committed change of membership; call it for each as it is applied.
   * To refuse a change, which every member must do alike, set its node ids to 0.
   * @returns the membership from here on, for the application's snapshots
   */
  applyConfChange(change: ConfChange): ConfState {
    return applyConfChange(this.#raft, asV2(change));
  }

  /**
   * Takes a message in from another member, or from this one's storage threads.
   * @throws {RaftError} `localMessage` for one that cannot come from outside, `peerNotFound` for an answer of a
   *   stranger, `proposalDropped`, `malformedMessage`, `malformedConfChange`; the node goes on after all of them
   */
  step(m: Message): void {
    const isFromStorage = isLocalTarget(m.from);
    if (isLocalMessage(m.type) && !isFromStorage) {
      throw new RaftError('localMessage', 'raft: cannot step raft local message');
    }
    if (isResponse(m.type) && !isFromStorage && this.#raft.tracker.get(m.from) === undefined) {
      throw new RaftError('peerNotFound', 'raft: cannot step as peer not found');
    }
    step(this.#raft, m);
  }

  /** Whether {@link ready} has anything to say. */
  hasReady(): boolean {
    const r = this.#raft;
    return (
      r.outbox.length > 0 ||
      r.outboxAfterAppend.length > 0 ||
      r.log.unstable.hasNextEntries() ||
      hasNextCommitted(r.log, !this.#isAsync) ||
      r.readStates.length > 0 ||
      !sameHardState(r.hardState(), this.#told.hardState) ||
      !sameSoftState(r.softState(), this.#told.softState) ||
      r.log.unstable.nextSnapshot() !== undefined
    );
  }

  /** What is to be done now; it is not said twice. With synchronous writes {@link advance} must follow. */
  ready(): Ready {
    const r = this.#raft;
    const collected = collectReady(r, this.#told);
    const ready = this.#isAsync ? withStorageMessages(r, collected) : this.#awaitAdvance(collected);
    this.#told = {
      softState: ready.softState ?? this.#told.softState,
      hardState: ready.hardState ?? this.#told.hardState,
    };
    r.outbox = [];
    r.outboxAfterAppend = [];
    r.readStates = [];
    r.log.unstable.acceptInProgress();
    acceptCommitted(r.log, ready.committedEntries, !this.#isAsync);
    return ready;
  }

  /** What the last Ready asked for is done. Not for asynchronous writes. */
  advance(): void {
    if (this.#isAsync) {
      fail('advance must not be called with asynchronous storage writes');
    }
    const steps = this.#stepsOnAdvance;
    this.#stepsOnAdvance = [];
    for (const m of steps) {
      step(this.#raft, m);
    }
  }

  /**
   * Asks for the index at which a read is linearizable. The answer is a read
   * state of a later Ready that carries `context`; without one, ask again
   * after a while, with another context.
   */
  readIndex(context: Uint8Array): void {
    step(this.#raft, readRequest(context));
  }

  /** Asks that `transferee` become the leader. Whether it does shows in later soft states. */
  transferLeader(transferee: bigint): void {
    this.#step('MsgTransferLeader', { from: transferee });
  }

  /** A follower grants votes as if its leader were silent. Ignored with lease-based reads. */
  forgetLeader(): void {
    this.#step('MsgForgetLeader', {});
  }

  /** The last message to `id` could not be sent. */
  reportUnreachable(id: bigint): void {
    this.#step('MsgUnreachable', { from: id });
  }

  /** The snapshot for `id` was sent, or could not be. Every `MsgSnap` must be reported, else `id` gets nothing more. */
  reportSnapshot(id: bigint, outcome: 'finish' | 'failure'): void {
    this.#step('MsgSnapStatus', { from: id, reject: outcome === 'failure' });
  }

  basicStatus(): BasicStatus {
    return basicStatus(this.#raft);
  }

  status(): Status {
    return status(this.#raft);
  }

  /** For simulations: sets the timeout of the current role. The next change of role draws a new one. */
  setRandomizedElectionTicks(ticks: number): void {
    this.#raft.randomizedElectionTicks = ticks;
  }

  #propose(type: EntryType, payloads: readonly Uint8Array[]): void {
    const entries = payloads.map((data): Entry => ({ term: 0n, index: 0n, type, data }));
    this.#step('MsgProp', { from: this.#raft.id, entries });
  }

  #step(type: MessageType, fields: Parameters<typeof message>[1]): void {
    step(this.#raft, message(type, fields));
  }

  /** The caller writes before it sends, so messages that wait for a write may go along. */
  #awaitAdvance(ready: Ready): Ready {
    const r = this.#raft;
    if (this.#stepsOnAdvance.length > 0) {
      fail('two Readys without a call to advance between them');
    }
    const messages = [...ready.messages];
    for (const m of r.outboxAfterAppend) {
      (m.to === r.id ? this.#stepsOnAdvance : messages).push(m);
    }
    for (const m of [appendAcknowledgement(r, ready), applyAcknowledgement(r, ready.committedEntries)]) {
      if (m !== undefined) {
        this.#stepsOnAdvance.push(m);
      }
    }
    return { ...ready, messages };
  }
}

function withStorageMessages(r: Raft, ready: Ready): Ready {
  const storage = [storageAppendMessage(r, ready), storageApplyMessage(r, ready)].filter((m) => m !== undefined);
  return storage.length === 0 ? ready : { ...ready, messages: [...ready.messages, ...storage] };
}
