import {
  type Backend,
  type BucketReader,
  type Capture,
  MemoryBackend,
  MemoryFile,
  piecesOf,
  readDatabase,
  writeImage,
} from '../backend/index.ts';
import type { Clock, File } from '../base/index.ts';
import { type LogStore, MemoryLogStore } from './consensus/log-store.ts';

/** An image of a database, whole. */
export interface Image {
  readonly sizeBytes: number;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** It is not needed any more. */
  discard(): void;
}

/** Where a member keeps what it knows: its log, its database, and images that come and go. */
export interface Home {
  readonly logStore: LogStore;
  /** The database as it is now; replaced by `adoptImage`. */
  readonly backend: Backend;
  /** Writes what was captured as a database. */
  makeImage(captures: readonly Capture[]): Promise<Image>;
  /** Keeps an image that another member sends, until it is adopted or another one comes; returns its size in bytes. */
  receiveImage(index: bigint, pieces: AsyncIterable<Uint8Array>): Promise<number>;
  /** Makes the image that was received for that index the database. */
  adoptImage(index: bigint): Backend;
  /** What is wanted no more of log and snapshots is given back, as of a snapshot at `index`. */
  purge(index: bigint): void;
  /** All is durable. */
  close(): Promise<void>;
  /** Lets go of everything as it is, as a crash would. */
  abandon(): Promise<void>;
}

/** Nothing outlives the process. */
export class MemoryHome implements Home {
  readonly logStore: LogStore = new MemoryLogStore();
  readonly #clock: Clock;
  readonly #recordBytes: () => number;
  #backend: Backend;
  #received: { readonly index: bigint; readonly file: File } | undefined;

  /** @param recordBytes what the rooms hold, for reckoning the size of a database */
  constructor(clock: Clock, recordBytes: () => number) {
    this.#clock = clock;
    this.#recordBytes = recordBytes;
    this.#backend = new MemoryBackend(recordBytes);
  }

  get backend(): Backend {
    return this.#backend;
  }

  async makeImage(captures: readonly Capture[]): Promise<Image> {
    const file = new MemoryFile();
    await inSteps(this.#clock, writeImage(file, captures));
    return { sizeBytes: file.size(), pieces: piecesOf(file), discard: () => undefined };
  }

  async receiveImage(index: bigint, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const file = new MemoryFile();
    for await (const piece of pieces) file.writeAt(piece, file.size());
    this.#received = { index, file };
    return file.size();
  }

  adoptImage(index: bigint): Backend {
    if (this.#received?.index !== index) throw new Error(`no image of the database came for the snapshot at ${index}`);
    const buckets: BucketReader = readDatabase(this.#received.file);
    this.#received = undefined;
    this.#backend = new MemoryBackend(this.#recordBytes, buckets);
    return this.#backend;
  }

  purge(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }

  abandon(): Promise<void> {
    return Promise.resolve();
  }
}

/** Does work that comes in steps, with a pause after each. */
export async function inSteps(clock: Clock, steps: Generator<void, void, void>): Promise<void> {
  while (steps.next().done !== true) await new Promise<void>((resolve) => void clock.after(0, resolve));
}
