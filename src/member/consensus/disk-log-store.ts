import { join } from 'node:path';
import type { FileSystem } from '../../base/index.ts';
import type { ConfState, Entry, Snapshot } from '../../raft/index.ts';
import {
  EMPTY_HARD_STATE,
  type Entry as DiskEntry,
  type LogWriter,
  snapFileName,
  writeSnapFile,
} from '../../wal/index.ts';
import { type ConfState as DiskConfState, EntryType } from '../../wire/disk.ts';
import type { Append, LogStorage, LogStore } from './log-store.ts';

/** The log in etcd's files, read from memory. */
export class DiskLogStore implements LogStore {
  readonly storage: LogStorage;
  readonly #files: FileSystem;
  readonly #snapDir: string;
  readonly #writer: LogWriter;
  /** One call of the writer at a time. */
  #busy: Promise<void> = Promise.resolve();

  constructor(files: FileSystem, snapDir: string, writer: LogWriter, storage: LogStorage) {
    this.#files = files;
    this.#snapDir = snapDir;
    this.#writer = writer;
    this.storage = storage;
  }

  append({ snapshot, entries, hardState }: Append): Promise<void> {
    return this.#next(async () => {
      if (snapshot) await this.#saveSnapshot(snapshot);
      await this.#writer.save(hardState ?? EMPTY_HARD_STATE, entries.map(toDisk));
      // The image becomes the database next: without the hard state that commits it, the log would be older than that.
      if (snapshot) await this.#writer.sync();
      if (snapshot) this.storage.applySnapshot(snapshot);
      this.storage.append(entries);
      if (hardState) this.storage.setHardState(hardState);
    });
  }

  saveSnapshot(snapshot: Snapshot, first: () => Promise<void> | undefined): Promise<void> {
    return this.#next(async () => {
      await first();
      await this.#saveSnapshot(snapshot);
    });
  }

  close(): Promise<void> {
    return this.#next(() => this.#writer.close());
  }

  /** The file first: a log may name only a snapshot whose file is there. */
  async #saveSnapshot({ index, term, confState, data }: Snapshot): Promise<void> {
    const conf = toDiskConfState(confState);
    // One of a crash before the log knew of it.
    this.#files.removeTree(join(this.#snapDir, snapFileName(term, index)));
    writeSnapFile(this.#files, this.#snapDir, { index, term, confState: conf, data });
    await this.#writer.saveSnapshot({ index, term, confState: conf });
  }

  #next(work: () => Promise<void>): Promise<void> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => undefined);
    return done;
  }
}

const TYPES = {
  EntryNormal: EntryType.NORMAL,
  EntryConfChange: EntryType.CONF_CHANGE,
  EntryConfChangeV2: EntryType.CONF_CHANGE_V2,
} as const;

const toDisk = ({ type, term, index, data }: Entry): DiskEntry => ({ type: TYPES[type], term, index, data });

export function fromDisk({ type, term, index, data }: DiskEntry): Entry {
  const name =
    type === EntryType.NORMAL
      ? 'EntryNormal'
      : type === EntryType.CONF_CHANGE
        ? 'EntryConfChange'
        : 'EntryConfChangeV2';
  return { type: name, term, index, data };
}

export const toDiskConfState = (state: ConfState): DiskConfState => ({
  voters: [...state.voters],
  learners: [...state.learners],
  voters_outgoing: [...state.votersOutgoing],
  learners_next: [...state.learnersNext],
  auto_leave: state.autoLeave,
});
