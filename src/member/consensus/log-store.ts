import {
  type ConfState,
  EMPTY_CONF_STATE,
  type Entry,
  type EntryId,
  type HardState,
  MemoryStorage,
  type Message,
  NO_BYTES,
  type Snapshot,
} from '../../raft/index.ts';

/** What a `MsgStorageAppend` says is to be kept. */
export interface Append {
  readonly snapshot: Snapshot | undefined;
  readonly entries: readonly Entry[];
  readonly hardState: HardState | undefined;
}

export function appendOf({ snapshot, entries, term, vote, commit }: Message): Append {
  const isEmpty = term === 0n && vote === 0n && commit === 0n;
  return { snapshot, entries, hardState: isEmpty ? undefined : { term, vote, commit } };
}

/** Where the log is kept. What is appended is to be had from `storage` once `append` has resolved. */
export interface LogStore {
  readonly storage: LogStorage;
  /** Keeps entries and hard state so that a crash does not lose them; never called again before that is done. */
  append(append: Append): Promise<void> | undefined;
  /**
   * The application holds all up to there in a database of its own. Durable when it resolves.
   * @param first what has to be durable before
   */
  saveSnapshot(snapshot: Snapshot, first: () => Promise<void> | undefined): Promise<void> | undefined;
  close(): Promise<void> | undefined;
}

/**
 * The log as a node reads it: entries in memory, and a snapshot that is always as new as the application, as it is
 * made when it is sent.
 */
export class LogStorage extends MemoryStorage {
  #applied: EntryId = { term: 0n, index: 0n };
  #confState: ConfState = EMPTY_CONF_STATE;

  /** What the application has applied, and the membership as of then. */
  setApplied(applied: EntryId, confState: ConfState): void {
    this.#applied = applied;
    this.#confState = confState;
  }

  /** A log that is read from a snapshot on: what comes before is in the database. */
  beginAfter({ index, term }: EntryId): void {
    this.applySnapshot({ index, term, confState: EMPTY_CONF_STATE, data: NO_BYTES });
  }

  override initialState(): ReturnType<MemoryStorage['initialState']> {
    return { ...super.initialState(), confState: this.#confState };
  }

  override snapshot(): Snapshot {
    return { ...this.#applied, confState: this.#confState, data: NO_BYTES };
  }

  /** Drops entries up to `index`, if there are any. */
  dropUntil(index: bigint): void {
    if (index >= this.firstIndex()) this.compact(index);
  }
}

/** Entries in memory and nowhere else. */
export class MemoryLogStore implements LogStore {
  readonly storage: LogStorage;

  constructor(storage = new LogStorage()) {
    this.storage = storage;
  }

  append({ snapshot, entries, hardState }: Append): undefined {
    if (snapshot) this.storage.applySnapshot(snapshot);
    this.storage.append(entries);
    if (hardState) this.storage.setHardState(hardState);
  }

  saveSnapshot(): undefined {}

  close(): undefined {}
}
