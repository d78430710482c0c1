import {
  asV2,
  type Config,
  type ConfState,
  decodeConfChange,
  EMPTY_HARD_STATE,
  type Entry,
  type HardState,
  type Logger,
  MemoryStorage,
  type Message,
  RaftError,
  RaftNode,
  type Snapshot,
  sameHardState,
} from '../../../src/raft/index.ts';

export type MemberConfig = Omit<Config, 'id' | 'storage' | 'randomInt' | 'logger'>;

/** A storage whose snapshot is whatever the application has applied last, as if it made one after every entry. */
class StorageWithFreshSnapshot extends MemoryStorage {
  readonly #latest: () => Snapshot;

  constructor(latest: () => Snapshot) {
    super();
    this.#latest = latest;
  }

  override snapshot(): Snapshot {
    return this.#latest();
  }
}

/** One node with its log in memory and an application whose state is all data ever applied, end to end. */
export class Member {
  readonly id: bigint;
  readonly config: MemberConfig;
  readonly storage: MemoryStorage;
  readonly node: RaftNode;
  readonly appendWork: Message[] = [];
  readonly applyWork: Message[] = [];
  /** The state after each entry, oldest first. */
  readonly #history: Snapshot[];

  constructor(id: bigint, config: MemberConfig, initial: Snapshot, logger: Logger) {
    this.id = id;
    this.config = config;
    this.#history = [initial];
    this.storage = new StorageWithFreshSnapshot(() => this.latest);
    if (initial.index > 0n) {
      this.storage.applySnapshot(initial);
    }
    // Never the shortest timeout: only `set-randomized-election-timeout` makes a tick start an election.
    this.node = new RaftNode({ ...config, id, storage: this.storage, logger, randomInt: (bound) => bound - 1 });
  }

  get latest(): Snapshot {
    const latest = this.#history.at(-1);
    if (latest === undefined) {
      throw new Error('a member has at least its initial state');
    }
    return latest;
  }

  persist(hardState: HardState | undefined, entries: readonly Entry[], snapshot: Snapshot | undefined): void {
    if (hardState !== undefined && !sameHardState(hardState, EMPTY_HARD_STATE)) {
      this.storage.setHardState(hardState);
    }
    if (snapshot === undefined) {
      this.storage.append(entries);
    } else if (entries.length > 0) {
      throw new RaftError('malformedMessage', "can't apply snapshot and entries at the same time");
    } else {
      this.storage.applySnapshot(snapshot);
    }
  }

  apply(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const change = decodeConfChange(entry);
      const update = change === undefined ? entry.data : asV2(change).context;
      const confState: ConfState = change === undefined ? this.latest.confState : this.node.applyConfChange(change);
      const data = Uint8Array.from([...this.latest.data, ...update]);
      this.#history.push({ index: entry.index, term: entry.term, confState, data });
    }
  }
}
