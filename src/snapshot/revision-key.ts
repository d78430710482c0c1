import { quoteRune } from '../base/index.ts';

const REVISION_SIZE = 17;
const MARKED_SIZE = 18;
const SEPARATOR = 0x5f;
const TOMBSTONE = 0x74;

/**
 * A key of the key bucket: main revision (8 bytes, big-endian), `_`, sub revision, and a `t` if it is a tombstone.
 * Read where it lies, with the revision in halves, since there are millions.
 */
export class RevisionKey {
  mainHigh = 0;
  mainLow = 0;
  subHigh = 0;
  subLow = 0;
  isTombstone = false;

  /** Returns what is wrong with the key, in etcd's words; undefined if nothing is. */
  read(bytes: Uint8Array, start: number, end: number): string | undefined {
    const length = end - start;
    if (length !== REVISION_SIZE && length !== MARKED_SIZE) return `invalid revision length: ${length}`;
    const separator = bytes[start + 8] ?? 0;
    if (separator !== SEPARATOR) return `invalid separator in bucket key: ${quoteRune(separator)}`;
    this.mainHigh = readUint32(bytes, start);
    this.mainLow = readUint32(bytes, start + 4);
    this.subHigh = readUint32(bytes, start + 9);
    this.subLow = readUint32(bytes, start + 13);
    this.isTombstone = length === MARKED_SIZE && bytes[start + 17] === TOMBSTONE;
    if (this.mainHigh < 0x8000_0000 && this.subHigh < 0x8000_0000) return undefined;
    return `negative revision: main=${this.main} sub=${this.sub}`;
  }

  get main(): bigint {
    return join(this.mainHigh, this.mainLow);
  }

  get sub(): bigint {
    return join(this.subHigh, this.subLow);
  }

  /** Whether the main revision is after that of a limit. */
  isAfter(limit: RevisionLimit): boolean {
    return this.mainHigh > limit.high || (this.mainHigh === limit.high && this.mainLow > limit.low);
  }

  isAt(limit: RevisionLimit): boolean {
    return this.mainHigh === limit.high && this.mainLow === limit.low;
  }
}

/** A main revision to compare millions with. */
export interface RevisionLimit {
  readonly high: number;
  readonly low: number;
}

/** A limit below all revisions if `main` is negative. */
export function revisionLimit(main: bigint): RevisionLimit {
  if (main < 0n) return { high: -1, low: 0 };
  return { high: Number(main >> 32n), low: Number(main & 0xffff_ffffn) };
}

function join(high: number, low: number): bigint {
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
}

function readUint32(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
  return (high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}
