/** Members in memory for tests: one alone with messages made by hand, or several with a network between them. */
import {
  asV2,
  type Config,
  type ConfState,
  decodeConfChange,
  type Entry,
  type Logger,
  MemoryStorage,
  type Message,
  type MessageType,
  message,
  NO_BYTES,
  RaftError,
  RaftNode,
  type ReadState,
  type Storage,
} from '../../src/raft/index.ts';

export interface InstanceOptions extends Partial<Omit<Config, 'id' | 'storage' | 'logger'>> {
  readonly id?: number;
  /** Default: 1, 2 and 3. */
  readonly voters?: readonly number[];
  readonly learners?: readonly number[];
  /** The terms of the entries that the log has from index 1 on. */
  readonly log?: readonly number[];
  readonly term?: number;
  readonly vote?: number;
  readonly commit?: number;
}

export function confState(voters: readonly number[], learners: readonly number[] = []): ConfState {
  return {
    voters: voters.map(BigInt),
    learners: learners.map(BigInt),
    votersOutgoing: [],
    learnersNext: [],
    autoLeave: false,
  };
}

/** Entries of the terms given from `first` on, without payload. */
export function entriesOf(first: number, terms: readonly number[]): Entry[] {
  return terms.map((term, i) => ({
    index: BigInt(first + i),
    term: BigInt(term),
    type: 'EntryNormal',
    data: NO_BYTES,
  }));
}

/** Reads from `storage`, which has no snapshot to give while `isMaking`. */
function withSlowSnapshots(storage: MemoryStorage, isMaking: () => boolean): Storage {
  return {
    initialState: () => storage.initialState(),
    entries: (lo, hi, maxBytes) => storage.entries(lo, hi, maxBytes),
    term: (index) => storage.term(index),
    firstIndex: () => storage.firstIndex(),
    lastIndex: () => storage.lastIndex(),
    snapshot: () => (isMaking() ? 'temporarilyUnavailable' : storage.snapshot()),
  };
}

/** A member whose disk and state machine are memory, written and applied at once. */
export class Instance implements Logger {
  readonly id: bigint;
  readonly node: RaftNode;
  readonly storage = new MemoryStorage();
  /** Whether storage has no snapshot to give yet. */
  isMakingSnapshot = false;
  readonly applied: Entry[] = [];
  readonly readStates: ReadState[] = [];
  readonly lines: string[] = [];
  confState: ConfState;

  constructor(options: InstanceOptions = {}) {
    const { id = 1, voters = [1, 2, 3], learners, log = [], term, vote = 0, commit = 0, ...config } = options;
    this.id = BigInt(id);
    this.confState = confState(voters, learners);
    this.storage.applySnapshot({ index: 0n, term: 0n, confState: this.confState, data: NO_BYTES });
    this.storage.append(entriesOf(1, log));
    this.storage.setHardState({ term: BigInt(term ?? log.at(-1) ?? 0), vote: BigInt(vote), commit: BigInt(commit) });
    this.node = new RaftNode({
      electionTicks: 10,
      heartbeatTicks: 1,
      maxInflightMessages: 256,
      randomInt: () => 0,
      ...config,
      id: this.id,
      storage: withSlowSnapshots(this.storage, () => this.isMakingSnapshot),
      logger: this,
    });
  }

  get role(): string {
    return this.node.basicStatus().role;
  }

  get term(): bigint {
    return this.node.basicStatus().term;
  }

  get lead(): bigint {
    return this.node.basicStatus().lead;
  }

  get commit(): bigint {
    return this.node.basicStatus().commit;
  }

  /** The terms of the log from its first entry on. */
  get logTerms(): number[] {
    const begin = this.storage.firstIndex();
    const found = this.storage.entries(begin, this.storage.lastIndex() + 1n, Number.POSITIVE_INFINITY);
    return typeof found === 'string' ? [] : found.map(({ term }) => Number(term));
  }

  /** Does what the node wants done until it wants nothing more. @returns what it sends */
  drain(): Message[] {
    const sent: Message[] = [];
    while (this.node.hasReady()) {
      const ready = this.node.ready();
      if (ready.hardState !== undefined) {
        this.storage.setHardState(ready.hardState);
      }
      if (ready.snapshot !== undefined) {
        this.storage.applySnapshot(ready.snapshot);
        this.confState = ready.snapshot.confState;
      }
      this.storage.append(ready.entries);
      sent.push(...ready.messages);
      this.readStates.push(...ready.readStates);
      for (const entry of ready.committedEntries) {
        const change = decodeConfChange(entry);
        this.confState = change === undefined ? this.confState : this.node.applyConfChange(asV2(change));
        this.applied.push(entry);
      }
      this.node.advance();
    }
    return sent;
  }

  /** Takes a message in and does what follows. @returns what is sent */
  receive(type: MessageType, fields: Parameters<typeof message>[1]): Message[] {
    this.node.step(message(type, { to: this.id, ...fields }));
    return this.drain();
  }

  tick(times = 1): Message[] {
    for (let i = 0; i < times; i++) {
      this.node.tick();
    }
    return this.drain();
  }

  /** Campaigns and gets the votes of `voters`. @returns what it sends as the leader that it becomes */
  elect(...voters: readonly number[]): Message[] {
    this.node.campaign();
    const sent = this.drain();
    for (const from of voters) {
      sent.push(...this.receive('MsgVoteResp', { from: BigInt(from), term: this.term }));
    }
    return sent.filter(({ type }) => type === 'MsgApp');
  }

  propose(...texts: readonly string[]): Message[] {
    this.node.propose(...texts.map((text) => new TextEncoder().encode(text)));
    return this.drain();
  }

  debug(line: string): void {
    this.lines.push(line);
  }

  info(line: string): void {
    this.lines.push(line);
  }

  warn(line: string): void {
    this.lines.push(line);
  }

  error(line: string): void {
    this.lines.push(line);
  }
}

/** Instances and the messages between them. Messages arrive in order unless `loses` says that they do not arrive. */
export class Cluster {
  readonly instances: readonly Instance[];
  loses: (m: Message) => boolean = () => false;

  /** @param each one instance for each of its options; ids are 1, 2, ... where none is given */
  constructor(each: readonly InstanceOptions[]) {
    this.instances = each.map((options, i) => new Instance({ id: i + 1, ...options }));
  }

  static ofSize(size: number, options: InstanceOptions = {}): Cluster {
    const voters = Array.from({ length: size }, (_, i) => i + 1);
    return new Cluster(voters.map(() => ({ voters, ...options })));
  }

  /** @throws when there is none */
  at(id: number): Instance {
    const instance = this.instances[id - 1];
    if (instance === undefined) {
      throw new Error(`there is no instance ${id}`);
    }
    return instance;
  }

  get leader(): Instance | undefined {
    return this.instances.filter(({ role }) => role === 'leader').sort((a, b) => Number(b.term - a.term))[0];
  }

  /** Cuts these off from all others, and from each other. */
  isolate(...ids: readonly number[]): void {
    const cut = new Set(ids.map(BigInt));
    this.loses = ({ from, to }) => cut.has(from) || cut.has(to);
  }

  heal(): void {
    this.loses = () => false;
  }

  /** Delivers messages until none is left. */
  settle(): void {
    for (let inFlight = this.#drainAll(); inFlight.length > 0; inFlight = this.#drainAll()) {
      for (const m of inFlight) {
        if (!this.loses(m)) {
          // A refusal, of a stranger's answer or a proposal, is for the caller of that node to log.
          codeOf(() => this.at(Number(m.to)).node.step(m));
        }
      }
    }
  }

  elect(id: number): Instance {
    this.at(id).node.campaign();
    this.settle();
    return this.at(id);
  }

  /** Lets `times` ticks pass for all, with messages delivered in between. */
  tick(times = 1): void {
    for (let i = 0; i < times; i++) {
      for (const { node } of this.instances) {
        node.tick();
      }
      this.settle();
    }
  }

  #drainAll(): Message[] {
    return this.instances.flatMap((instance) => instance.drain());
  }
}

export function ofType(sent: readonly Message[], type: MessageType): Message[] {
  return sent.filter((m) => m.type === type);
}

/** The payloads of normal entries, as text; empty ones are left out. */
export function texts(list: readonly Entry[]): string[] {
  return list
    .filter(({ type, data }) => type === 'EntryNormal' && data.length > 0)
    .map(({ data }) => new TextDecoder().decode(data));
}

/** The code of the refusal that `action` meets, undefined when it meets none. */
export function codeOf(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof RaftError) {
      return error.code;
    }
    throw error;
  }
}
