import {
  APPEND_THREAD,
  type Config,
  type ConfState,
  decodeConfChange,
  EMPTY_HARD_STATE,
  type Entry,
  type HardState,
  type MemoryStorage,
  type Message,
  NO_BYTES,
  RaftError,
  RaftNode,
  type Ready,
  type Snapshot,
  type Storage,
  sameHardState,
} from '../../../src/raft/index.ts';
import { Disk } from './disk.ts';
import type { Oracle } from './oracle.ts';

export type Settings = Pick<Config, 'preVote' | 'checkQuorum' | 'maxApplyingBytes' | 'maxInflightMessages'> & {
  readonly asyncStorageWrites: boolean;
  readonly stepDownOnRemoval: boolean;
  readonly maxBytesPerMessage: number;
};

/** One process of the simulation: a node, its disk, its state machine (which is the log applied so far). */
export class Member {
  readonly id: bigint;
  readonly disk = new Disk();
  readonly #oracle: Oracle;
  readonly #settings: Settings;
  readonly #randomInt: (bound: number) => number;
  /** Undefined while the process is down. */
  node: RaftNode | undefined;
  applied = 0n;
  #appliedTerm = 0n;
  confState: ConfState;
  /** Work for the storage threads, and their answers to this very node: all lost at a crash. */
  readonly appendWork: Message[] = [];
  readonly applyWork: Message[] = [];
  readonly local: Message[] = [];

  constructor(id: bigint, first: Snapshot, settings: Settings, oracle: Oracle, randomInt: (bound: number) => number) {
    this.id = id;
    this.confState = first.confState;
    this.#settings = settings;
    this.#oracle = oracle;
    this.#randomInt = randomInt;
    this.disk.write((storage) => storage.applySnapshot(first));
    this.disk.sync();
    this.start();
  }

  /** Starts the process from what its disk has. */
  start(): void {
    const { storage } = this.disk;
    const { index, term, confState } = storage.snapshot();
    this.applied = index;
    this.#appliedTerm = term;
    this.confState = confState;
    const reads: Storage = {
      initialState: () => storage.initialState(),
      entries: (lo, hi, maxBytes) => storage.entries(lo, hi, maxBytes),
      term: (at) => storage.term(at),
      firstIndex: () => storage.firstIndex(),
      lastIndex: () => storage.lastIndex(),
      snapshot: () => this.#freshSnapshot(),
    };
    this.node = new RaftNode({
      electionTicks: 5,
      heartbeatTicks: 1,
      ...this.#settings,
      id: this.id,
      storage: reads,
      applied: index,
      randomInt: this.#randomInt,
    });
    this.#oracle.started(this);
  }

  crash(luck: number): void {
    this.node = undefined;
    for (const queue of [this.appendWork, this.applyWork, this.local]) {
      queue.length = 0;
    }
    this.disk.crash(luck);
  }

  /** Hands a call to the node, if it is up; refusals are as good as lost messages. */
  call(action: (node: RaftNode) => void): void {
    if (this.node === undefined) {
      return;
    }
    try {
      action(this.node);
    } catch (error) {
      if (!(error instanceof RaftError)) {
        throw error;
      }
    }
    this.#oracle.observe(this);
  }

  /** Does what one Ready asks for. @returns the messages that leave */
  work(): readonly Message[] {
    const ready = this.#nextReady();
    if (ready === undefined) {
      return [];
    }
    return this.#settings.asyncStorageWrites ? this.#queue(ready) : this.#perform(ready);
  }

  /** The process crashes after it has written, and before it syncs or sends. */
  crashWhileWriting(luck: number): void {
    const work = this.#settings.asyncStorageWrites ? this.appendWork.shift() : undefined;
    const ready = this.#settings.asyncStorageWrites ? undefined : this.#nextReady();
    if (work !== undefined) {
      this.#persist(work, work.entries, work.snapshot);
      this.crash(luck);
    } else if (ready !== undefined) {
      this.#persist(ready.hardState ?? EMPTY_HARD_STATE, ready.entries, ready.snapshot);
      this.crash(luck);
    }
  }

  /** Does the next piece of work of the append thread. @returns the messages that leave */
  append(): readonly Message[] {
    const m = this.appendWork.shift();
    if (m === undefined) {
      return [];
    }
    this.#persist(m, m.entries, m.snapshot);
    if (m.responses.length > 0) {
      this.disk.sync();
    }
    if (m.snapshot !== undefined) {
      this.#install(m.snapshot);
    }
    this.local.push(...m.responses.filter(({ to }) => to === this.id));
    return m.responses.filter(({ to }) => to !== this.id);
  }

  apply(): void {
    const m = this.applyWork.shift();
    if (m !== undefined) {
      // A snapshot that was installed in the meantime may contain some of them.
      this.#apply(m.entries.filter(({ index }) => index > this.applied));
      this.local.push(...m.responses);
    }
  }

  /** Makes a snapshot of the state machine and drops the log up to `behind` entries before it. */
  compact(behind: bigint): void {
    const snapshot = this.#freshSnapshot();
    if (this.node === undefined || snapshot.index <= this.disk.storage.snapshot().index) {
      return;
    }
    const upTo = snapshot.index - behind;
    this.disk.write((storage) => {
      storage.createSnapshot(snapshot.index, snapshot.confState, snapshot.data);
      // What was applied is committed, whether or not the hard state that says so has come to the disk.
      setHardState(storage, { ...storage.initialState().hardState, commit: snapshot.index });
      if (upTo >= storage.firstIndex()) {
        storage.compact(upTo);
      }
    });
  }

  #nextReady(): Ready | undefined {
    if (this.node?.hasReady() !== true) {
      return undefined;
    }
    const ready = this.node.ready();
    this.#oracle.ready(this, ready);
    return ready;
  }

  #perform(ready: Ready): readonly Message[] {
    this.#persist(ready.hardState ?? EMPTY_HARD_STATE, ready.entries, ready.snapshot);
    if (ready.mustSync || ready.snapshot !== undefined) {
      this.disk.sync();
    }
    if (ready.snapshot !== undefined) {
      this.#install(ready.snapshot);
    }
    this.#apply(ready.committedEntries);
    this.call((node) => node.advance());
    return ready.messages;
  }

  #queue(ready: Ready): readonly Message[] {
    const leaving: Message[] = [];
    for (const m of ready.messages) {
      if (m.type === 'MsgStorageAppend' || m.type === 'MsgStorageApply') {
        (m.to === APPEND_THREAD ? this.appendWork : this.applyWork).push(m);
      } else {
        leaving.push(m);
      }
    }
    return leaving;
  }

  #persist({ term, vote, commit }: HardState, entries: readonly Entry[], snapshot: Snapshot | undefined): void {
    const hardState = { term, vote, commit };
    const isEmpty = sameHardState(hardState, EMPTY_HARD_STATE);
    if (snapshot !== undefined) {
      // A snapshot without the hard state that commits it would not count: a crash leaves both or neither.
      this.disk.write((storage) => {
        storage.applySnapshot(snapshot);
        storage.append(entries);
        setHardState(storage, isEmpty ? storage.initialState().hardState : hardState);
      });
      return;
    }
    if (entries.length > 0) {
      this.disk.write((storage) => storage.append(entries));
    }
    if (!isEmpty) {
      this.disk.write((storage) => setHardState(storage, hardState));
    }
  }

  #install({ index, term, confState }: Snapshot): void {
    this.#oracle.installed(this, index);
    this.applied = index;
    this.#appliedTerm = term;
    this.confState = confState;
  }

  #apply(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#oracle.applied(this, entry);
      const change = decodeConfChange(entry);
      if (change !== undefined) {
        this.call((node) => {
          this.confState = node.applyConfChange(change);
        });
      }
      // Only now, as the node may ask for a snapshot while it changes its membership.
      this.applied = entry.index;
      this.#appliedTerm = entry.term;
    }
  }

  #freshSnapshot(): Snapshot {
    return { index: this.applied, term: this.#appliedTerm, confState: this.confState, data: NO_BYTES };
  }
}

/** A commit index on disk never falls, even if an older write comes after it. */
function setHardState(storage: MemoryStorage, { term, vote, commit }: HardState): void {
  const before = storage.initialState().hardState.commit;
  storage.setHardState({ term, vote, commit: commit > before ? commit : before });
}
