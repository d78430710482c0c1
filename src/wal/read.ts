import type { FileSystem } from '../base/index.ts';
import { WalError } from './errors.ts';
import {
  decodeEntry,
  decodeHardState,
  decodeSnapshotMark,
  EMPTY_HARD_STATE,
  type Entry,
  type HardState,
  type SnapshotMark,
} from './messages.ts';
import { listSegments, type Segments, selectSegments } from './names.ts';
import { type LogRecord, RecordReader, type TornTail } from './record-reader.ts';
import { RecordType } from './records.ts';

/**
 * Takes the entries after the snapshot in the order they were written. An
 * entry whose index is not above that of the one before replaces the entry of
 * that index and drops all after it: they were never committed.
 */
export type EntryVisitor = (entry: Entry) => void;

export interface LogContent {
  /** The bytes that head every segment; undefined if there are none. */
  readonly metadata: Uint8Array | undefined;
  /** The newest; all zero if there is none. */
  readonly hardState: HardState;
  /** The index that the next entry follows: the last entry's, or a newer snapshot's. */
  readonly lastIndex: bigint;
  /** The record, cut short by a crash, in which the log ends; see `repairLog`. */
  readonly tornTail: TornTail | undefined;
  /** Where the next record belongs. */
  readonly end: { readonly path: string; readonly offset: number };
  /** The checksum up to there. */
  readonly crc: number;
}

/**
 * Reads a log from `start`, a snapshot that it knows. Entries are given to
 * `visit` one by one and not kept. Throws a `WalError`.
 */
export function readLog(
  files: FileSystem,
  directory: string,
  start: SnapshotMark,
  visit: EntryVisitor = () => {},
): LogContent {
  const log = new LogState(start, visit);
  const reader = scan(files, selectSegments(files, directory, start.index), (record) => log.take(record));
  if (!log.knowsStart) {
    const wanted = `index ${start.index}, term ${start.term}`;
    throw new WalError('snapshot-missing', `wal: snapshot not found: ${wanted} in '${directory}'`);
  }
  const { metadata, hardState, lastIndex } = log;
  return { metadata, hardState, lastIndex, tornTail: reader.tornTail, end: reader.position, crc: reader.crc };
}

/**
 * The snapshots that the log knows and the newest hard state has committed,
 * oldest first: a member that died between the two has no use for the others.
 */
export function readSnapshotMarks(files: FileSystem, directory: string): SnapshotMark[] {
  const marks: SnapshotMark[] = [];
  let { commit } = EMPTY_HARD_STATE;
  scan(files, listSegments(files, directory), ({ type, data, position }) => {
    if (type === RecordType.SNAPSHOT) marks.push(decodeSnapshotMark(data, position));
    if (type === RecordType.STATE) ({ commit } = decodeHardState(data, position));
  });
  return marks.filter((mark) => mark.index <= commit);
}

/** Runs through the records; returns the reader, closed, for what it knows of the end. */
function scan(files: FileSystem, segments: Segments, take: (record: LogRecord) => void): RecordReader {
  const reader = new RecordReader(files, segments);
  try {
    for (let record = reader.next(); record; record = reader.next()) take(record);
  } finally {
    reader.close();
  }
  return reader;
}

/** What the records seen so far come to. */
class LogState {
  readonly #start: SnapshotMark;
  readonly #visit: EntryVisitor;
  metadata: Uint8Array | undefined;
  hardState = EMPTY_HARD_STATE;
  lastIndex = 0n;
  knowsStart = false;
  /** The entry that the next one may replace or follow. */
  #lastEntry: bigint;

  constructor(start: SnapshotMark, visit: EntryVisitor) {
    this.#start = start;
    this.#visit = visit;
    this.#lastEntry = start.index;
  }

  take(record: LogRecord): void {
    const { type, data, position } = record;
    switch (type) {
      case RecordType.ENTRY:
        return this.#entry(record);
      case RecordType.STATE:
        this.hardState = decodeHardState(data, position);
        return undefined;
      case RecordType.METADATA:
        if (this.metadata && Buffer.compare(this.metadata, data) !== 0) {
          throw new WalError('metadata-conflict', 'wal: conflicting metadata found', position);
        }
        this.metadata = Uint8Array.from(data);
        return undefined;
      case RecordType.SNAPSHOT:
        return this.#snapshot(record);
      case RecordType.CRC:
        return undefined; // the reader has dealt with it
      default:
        throw new WalError('corrupt', `unexpected block type ${type}`, position);
    }
  }

  #entry({ data, position }: LogRecord): void {
    const entry = decodeEntry(data, position);
    if (entry.index > this.#start.index) {
      if (entry.index > this.#lastEntry + 1n) {
        throw new WalError('corrupt', `wal: entry ${entry.index} follows entry ${this.#lastEntry}`, position);
      }
      this.#lastEntry = entry.index;
      this.#visit(entry);
    }
    this.lastIndex = entry.index;
  }

  #snapshot({ data, position }: LogRecord): void {
    const mark = decodeSnapshotMark(data, position);
    if (this.lastIndex < mark.index) this.lastIndex = mark.index;
    if (mark.index !== this.#start.index) return;
    if (mark.term !== this.#start.term) {
      const terms = `term ${mark.term} where ${this.#start.term} was expected`;
      throw new WalError('snapshot-mismatch', `wal: snapshot mismatch: ${terms}`, position);
    }
    this.knowsStart = true;
  }
}
