import { crc32c, type File, type FileSystem } from '../base/index.ts';
import { WalRecord } from '../wire/disk.ts';
import { WalError, type WalPosition } from './errors.ts';
import { FRAME_HEADER_BYTES } from './frame.ts';
import type { Segment, Segments } from './names.ts';
import { RecordType } from './records.ts';
import { type Frame, SegmentReader } from './segment-reader.ts';

const SECTOR_BYTES = 512;

/** A record whose checksum is right. `data` is a view that stays valid. */
export interface LogRecord {
  readonly type: number;
  readonly data: Uint8Array;
  readonly position: WalPosition;
}

/** A last record that a crash cut short, and where it begins. */
export interface TornTail extends WalPosition {
  readonly reason: string;
}

/**
 * Reads the records of consecutive segments and checks the checksum that runs
 * through them. Throws `corrupt` for all damage but one: a record cut short at
 * the very end of the last segment, which ends the log as a `tornTail`.
 */
export class RecordReader {
  readonly #files: FileSystem;
  readonly #segments: Segments;
  #current = 0;
  #segment: Segment;
  #file: File;
  #reader: SegmentReader;
  #crc = 0;
  #tornTail: TornTail | undefined;

  constructor(files: FileSystem, segments: Segments) {
    this.#files = files;
    this.#segments = segments;
    this.#segment = segments[0];
    this.#file = files.open(this.#segment.path, 'read');
    this.#reader = new SegmentReader(this.#file);
  }

  /** The next record; undefined at the end of the log. */
  next(): LogRecord | undefined {
    while (!this.#tornTail) {
      const position = { path: this.#segment.path, offset: this.#reader.offset };
      const frame = this.#reader.next();
      if (frame.kind === 'end') {
        if (!this.#advance()) return undefined;
      } else {
        return this.#decode(frame, position);
      }
    }
    return undefined;
  }

  /** Set once the log ended in a record cut short. */
  get tornTail(): TornTail | undefined {
    return this.#tornTail;
  }

  /** Where the record after the last good one begins. */
  get position(): WalPosition {
    return this.#tornTail ?? { path: this.#segment.path, offset: this.#reader.offset };
  }

  /** The checksum of all data read. */
  get crc(): number {
    return this.#crc;
  }

  close(): void {
    this.#file.close();
  }

  #advance(): boolean {
    const segment = this.#segments[this.#current + 1];
    if (!segment) return false;
    const file = this.#files.open(segment.path, 'read');
    this.#file.close();
    this.#file = file;
    this.#reader = new SegmentReader(file);
    this.#segment = segment;
    this.#current++;
    return true;
  }

  #decode(frame: Exclude<Frame, { kind: 'end' }>, position: WalPosition): LogRecord | undefined {
    if (frame.kind === 'overrun') return this.#torn(frame.reason, position);
    if (frame.kind === 'invalid') throw new WalError('corrupt', `wal: ${frame.reason}`, position);
    const record = decodeRecord(frame.bytes.subarray(0, frame.recordBytes));
    const problem = record ? this.#check(record) : 'wal: not a record';
    if (record && !problem) return { type: record.type, data: record.data, position };
    // A seed is never taken for torn: it opens a segment, and segments appear with their head already durable.
    const isSeed = record?.type === RecordType.CRC;
    if (!isSeed && this.#isLastSegment && hasZeroSector(frame.bytes, position.offset + FRAME_HEADER_BYTES)) {
      return this.#torn('record written in part', position);
    }
    throw new WalError('corrupt', problem ?? 'wal: not a record', position);
  }

  /** Takes a record's data into the checksum; what is wrong with it, if anything. */
  #check(record: DecodedRecord): string | undefined {
    const isSeed = record.type === RecordType.CRC;
    const crc = isSeed ? this.#crc : crc32c(record.data, this.#crc);
    // A reader that has seen no data yet has nothing to hold a seed against.
    if (record.crc !== crc && !(isSeed && crc === 0)) {
      return `walpb: crc mismatch: expected: ${record.crc.toString(16)} computed: ${crc.toString(16)}`;
    }
    this.#crc = record.crc;
    return undefined;
  }

  get #isLastSegment(): boolean {
    return this.#current === this.#segments.length - 1;
  }

  #torn(reason: string, position: WalPosition): undefined {
    if (!this.#isLastSegment) throw new WalError('corrupt', `wal: ${reason}, and more segments follow`, position);
    this.#tornTail = { ...position, reason };
  }
}

interface DecodedRecord {
  readonly type: number;
  readonly crc: number;
  readonly data: Uint8Array;
}

const NO_DATA = new Uint8Array(0);

function decodeRecord(bytes: Uint8Array): DecodedRecord | undefined {
  try {
    const { type = 0, crc = 0, data = NO_DATA } = WalRecord.decode(bytes);
    return { type, crc, data };
  } catch {
    return undefined;
  }
}

/**
 * Whether some disk sector of a record is all zero. Sectors are written whole
 * and into zeros, so this is what a write that a crash interrupted looks like,
 * and what rot inside a file does not.
 */
function hasZeroSector(bytes: Uint8Array, fileOffset: number): boolean {
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(at + SECTOR_BYTES - ((fileOffset + at) % SECTOR_BYTES), bytes.length);
    if (bytes.subarray(at, end).every((byte) => byte === 0)) return true;
    at = end;
  }
  return false;
}
