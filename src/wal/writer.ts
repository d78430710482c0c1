import { join } from 'node:path';
import { assert, type File, type FileSystem } from '../base/index.ts';
import { createLog } from './create-log.ts';
import { WalError } from './errors.ts';
import {
  EMPTY_SNAPSHOT,
  type Entry,
  encodeEntry,
  encodeHardState,
  encodeSnapshotMark,
  type HardState,
  isEmptyHardState,
  type SnapshotMark,
} from './messages.ts';
import { parseSegment, segmentName } from './names.ts';
import { PageBuffer } from './page-buffer.ts';
import { type EntryVisitor, type LogContent, readLog } from './read.ts';
import { RecordEncoder, RecordType } from './records.ts';

/** A segment that has grown to this is followed by a new one. */
export const SEGMENT_BYTES = 64_000_000;

export interface WriterOptions {
  /** See SEGMENT_BYTES; tests make it smaller. */
  readonly segmentBytes?: number;
}

/** The segment being written. */
interface Tail {
  readonly file: File;
  readonly buffer: PageBuffer;
  readonly sequence: bigint;
}

/**
 * Appends to a log. What a call saved is durable when its promise resolves,
 * unless the call says otherwise. One call at a time. After a failure the
 * writer refuses all work: no one knows what reached the disk, and asking for
 * an fsync again does not tell. It takes back what it had not promised yet, as
 * far as it can. There is no lock; see that no server runs.
 */
export class LogWriter {
  readonly #files: FileSystem;
  readonly #directory: string;
  readonly #metadata: Uint8Array;
  readonly #segmentBytes: number;
  readonly #encoder: RecordEncoder;
  #tail: Tail;
  #hardState: HardState;
  #lastIndex: bigint;
  /** Up to here the segment being written is durable. */
  #durableBytes: number;
  #state: 'idle' | 'busy' | 'failed' | 'closed' = 'idle';

  private constructor(files: FileSystem, directory: string, content: LogContent, tail: Tail, options: WriterOptions) {
    this.#files = files;
    this.#directory = directory;
    this.#metadata = content.metadata ?? new Uint8Array(0);
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.#encoder = new RecordEncoder(content.crc);
    this.#tail = tail;
    this.#hardState = content.hardState;
    this.#lastIndex = content.lastIndex;
    this.#durableBytes = tail.buffer.offset;
  }

  /**
   * Starts a log in a directory that must hold none, and heads it with
   * `metadata`. It is made beside the directory and renamed onto it, so that
   * it is there whole or not at all.
   */
  static create(files: FileSystem, directory: string, metadata: Uint8Array, options: WriterOptions = {}): LogWriter {
    createLog(files, directory, metadata, options.segmentBytes ?? SEGMENT_BYTES);
    return LogWriter.open(files, directory, EMPTY_SNAPSHOT, () => {}, options).writer;
  }

  /**
   * Reads a log as `readLog` does, then makes it ready for more. Throws `torn`
   * if it ends in a record cut short: call `repairLog` first.
   */
  static open(
    files: FileSystem,
    directory: string,
    start: SnapshotMark,
    visit: EntryVisitor,
    options: WriterOptions = {},
  ): { writer: LogWriter; content: LogContent } {
    const content = readLog(files, directory, start, visit);
    if (content.tornTail) throw new WalError('torn', `wal: ${content.tornTail.reason}`, content.tornTail);
    const { path, offset } = content.end;
    const file = files.open(path, 'update');
    try {
      // Leftovers of a write that never became durable may follow the end. Were new
      // records to cover them in part, the rest would be read as damage.
      const size = file.size();
      file.truncate(offset);
      file.truncate(size);
      const sequence = parseSegment('', path.slice(directory.length + 1))?.sequence ?? 0n;
      const tail = { file, buffer: new PageBuffer(file, offset), sequence };
      const writer = new LogWriter(files, directory, content, tail, options);
      if (offset === 0) writer.#head();
      return { writer, content };
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Saves entries and, if it is not empty, the hard state. A change of `commit` alone need not be durable and is not. */
  async save(state: HardState, entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0 && isEmptyHardState(state)) return;
    await this.#exclusively(async () => {
      const { term, vote } = this.#hardState;
      const mustSync = entries.length > 0 || state.term !== term || state.vote !== vote;
      for (const entry of entries) {
        this.#append(RecordType.ENTRY, encodeEntry(entry));
        this.#lastIndex = entry.index;
      }
      this.#appendState(state);
      if (this.#tail.buffer.offset >= this.#segmentBytes) await this.#cut();
      else if (mustSync) await this.#sync();
    });
  }

  /** Saves where a snapshot lies, once its .snap file is durable. The membership belongs to it. */
  async saveSnapshot(mark: SnapshotMark): Promise<void> {
    assert(mark.index === 0n || mark.confState !== undefined, `snapshot ${mark.index} is saved with its membership`);
    await this.#exclusively(async () => {
      this.#append(RecordType.SNAPSHOT, encodeSnapshotMark(mark));
      if (this.#lastIndex < mark.index) this.#lastIndex = mark.index;
      await this.#sync();
    });
  }

  /** Makes durable what `save` did not. */
  async sync(): Promise<void> {
    await this.#exclusively(() => this.#sync());
  }

  /** Makes everything durable and closes the file. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    try {
      if (this.#state !== 'failed') await this.#exclusively(() => this.#sync());
    } finally {
      this.#state = 'closed';
      this.#tail.file.close();
    }
  }

  async #exclusively(work: () => Promise<void>): Promise<void> {
    if (this.#state !== 'idle') throw new WalError('unusable', `wal: writer of '${this.#directory}' is ${this.#state}`);
    this.#state = 'busy';
    try {
      await work();
      this.#state = 'idle';
    } catch (error) {
      this.#state = 'failed';
      this.#takeBack();
      throw error;
    }
  }

  /**
   * What was written since the last sync was promised to nobody. A record of which a part got to the disk would look
   * like damage to whoever reads the log next, so it goes, if the disk still lets it.
   */
  #takeBack(): void {
    const { file } = this.#tail;
    try {
      const size = file.size();
      file.truncate(this.#durableBytes);
      file.truncate(size);
    } catch {
      // The reader of the log has to make of it what it can.
    }
  }

  #append(type: number, data?: Uint8Array): void {
    this.#tail.buffer.append(this.#encoder.encode(type, data));
  }

  #appendState(state: HardState): void {
    if (isEmptyHardState(state)) return;
    this.#hardState = state;
    this.#append(RecordType.STATE, encodeHardState(state));
  }

  /** What every segment begins with. */
  #head(): void {
    this.#append(RecordType.CRC);
    this.#append(RecordType.METADATA, this.#metadata);
    this.#appendState(this.#hardState);
  }

  async #sync(): Promise<void> {
    const { buffer, file } = this.#tail;
    buffer.flush();
    const { offset } = buffer;
    await file.fdatasyncAsync();
    this.#durableBytes = offset;
  }

  /** Ends this segment and goes on in a new one, which appears under its name once its head is durable. */
  async #cut(): Promise<void> {
    const old = this.#tail;
    old.buffer.flush();
    old.file.truncate(old.buffer.offset);
    await old.file.fdatasyncAsync();

    const staging = join(this.#directory, '0.tmp');
    const sequence = old.sequence + 1n;
    const path = join(this.#directory, segmentName(sequence, this.#lastIndex + 1n));
    const draft = this.#files.open(staging, 'replace');
    this.#tail = { file: draft, buffer: new PageBuffer(draft, 0), sequence };
    this.#durableBytes = 0;
    old.file.close();
    draft.truncate(this.#segmentBytes);
    this.#head();
    await this.#sync();
    this.#files.rename(staging, path);
    this.#files.syncDirectory(this.#directory);
    // Opened anew, so that errors name it by the name it has now.
    const file = this.#files.open(path, 'update');
    this.#tail = { file, buffer: new PageBuffer(file, this.#tail.buffer.offset), sequence };
    draft.close();
  }
}
