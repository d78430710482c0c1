import type { Clock } from '../../base/index.ts';
import {
  APPEND_THREAD,
  APPLY_THREAD,
  type ConfChange,
  type ConfState,
  type Entry,
  type Message,
  RaftError,
  type RaftNode,
  type ReadState,
  type Snapshot,
  type SoftState,
} from '../../raft/index.ts';
import { Turns } from '../turns.ts';
import { AppendQueue } from './append-queue.ts';
import type { LogStore } from './log-store.ts';
import { type Proposal, Proposals } from './proposals.ts';

/** What consensus leaves to the member. */
export interface DriverEvents {
  leadershipChanged(state: SoftState): void;
  committed(index: bigint): void;
  /** In order; each once. */
  apply(entries: readonly Entry[]): void;
  install(snapshot: Snapshot): void;
  readable(states: readonly ReadState[]): void;
  send(messages: readonly Message[]): void;
  /** Every one must be reported, see `reportSnapshot`. */
  sendSnapshot(m: Message): void;
  /** Nothing can go on: the log could not be written, or the node contradicts itself. */
  failed(error: unknown): void;
}

/**
 * Drives a node: gathers what is asked of it, and does what it then wants done. Entries are written while others are
 * sent and applied; what comes in during a write is written together with the next.
 */
export class RaftDriver {
  readonly node: RaftNode;
  readonly #events: DriverEvents;
  readonly #turns: Turns;
  readonly #appends: AppendQueue;
  readonly #proposals = new Proposals();
  #isLeader = false;
  #hasLeader = false;
  #isStopped = false;

  constructor(node: RaftNode, log: LogStore, clock: Clock, events: DriverEvents) {
    this.node = node;
    this.#events = events;
    this.#turns = new Turns(clock, () => this.#run());
    this.#appends = new AppendQueue(log, {
      written: (messages) => this.#deliver(messages),
      failed: (error) => this.#fail(error),
    });
  }

  tick(): void {
    this.#turns.paused();
    if (!this.#hasLeader) this.#proposals.forgetUnwanted();
    this.#tell(() => this.node.tick());
  }

  /** Does not wait for the time of an election to come. */
  campaign(): void {
    this.#tell(() => this.node.campaign());
  }

  /** A message of a peer. Bad ones are dropped, as if the network had lost them. */
  receive(m: Message): void {
    this.#turns.paused();
    this.#tell(() => this.node.step(m));
  }

  /** Goes to the log as soon as there is a leader. */
  propose(proposal: Proposal): void {
    this.#proposals.add(proposal);
    this.#turns.ask();
  }

  applyConfChange(change: ConfChange): ConfState {
    return this.node.applyConfChange(change);
  }

  readIndex(context: Uint8Array): void {
    this.#tell(() => this.node.readIndex(context));
  }

  transferLeader(to: bigint): void {
    this.#tell(() => this.node.transferLeader(to));
  }

  reportUnreachable(id: bigint): void {
    this.#tell(() => this.node.reportUnreachable(id));
  }

  reportSnapshot(id: bigint, outcome: 'finish' | 'failure'): void {
    this.#tell(() => this.node.reportSnapshot(id, outcome));
  }

  /** Starts to work off what the node wants done. */
  start(): void {
    this.#turns.ask();
  }

  /** Nothing happens any more, but what is being written is. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#turns.stop();
    this.#proposals.clear();
    await this.#appends.idle();
  }

  #tell(what: () => void): void {
    if (this.#isStopped) return;
    try {
      what();
    } catch (error) {
      if (!(error instanceof RaftError)) return this.#fail(error);
    }
    this.#turns.ask();
  }

  #run(): void {
    try {
      this.#handOver();
      while (!this.#isStopped && this.node.hasReady()) {
        this.#work();
        this.#handOver();
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#turns.stop();
    this.#events.failed(error);
  }

  /** Without a leader proposals wait for one, as it may come before their time is up. */
  #handOver(): void {
    if (this.#hasLeader) this.#proposals.handTo(this.node);
  }

  #work(): void {
    const ready = this.node.ready();
    if (ready.softState) {
      this.#isLeader = ready.softState.role === 'leader';
      this.#hasLeader = ready.softState.lead !== 0n;
      this.#events.leadershipChanged(ready.softState);
    }
    if (ready.hardState) this.#events.committed(ready.hardState.commit);
    if (ready.readStates.length > 0) this.#events.readable(ready.readStates);

    const toSend: Message[] = [];
    const toApply: Message[] = [];
    for (const m of ready.messages) {
      if (m.to === APPEND_THREAD) this.#append(m);
      else if (m.to === APPLY_THREAD) toApply.push(m);
      else toSend.push(m);
    }
    // A candidate or follower waits for changes of the membership, lest it counts votes of those who have none.
    const changesFirst = !this.#isLeader && toApply.some(({ entries }) => entries.some(isChange));
    if (!changesFirst) this.#send(toSend);
    for (const m of toApply) this.#apply(m);
    if (changesFirst) this.#send(toSend);
  }

  #append(m: Message): void {
    // The state must be there before entries that follow it are applied, and nothing waits for its write: the image
    // itself is kept already.
    const { snapshot } = m;
    this.#appends.add(m, snapshot && (() => this.#events.install(snapshot)));
  }

  #apply(m: Message): void {
    this.#events.apply(m.entries);
    for (const response of m.responses) this.node.step(response);
  }

  /** Answers that waited for a write: for this node or for others. */
  #deliver(messages: readonly Message[]): void {
    const own = this.node.basicStatus().id;
    this.#send(messages.filter(({ to }) => to !== own));
    this.#tell(() => {
      for (const m of messages) if (m.to === own) this.node.step(m);
    });
  }

  #send(messages: readonly Message[]): void {
    if (messages.length === 0 || this.#isStopped) return;
    for (const m of messages) if (m.type === 'MsgSnap') this.#events.sendSnapshot(m);
    this.#events.send(messages.filter(({ type }) => type !== 'MsgSnap'));
  }
}

const isChange = ({ type }: Entry): boolean => type !== 'EntryNormal';
