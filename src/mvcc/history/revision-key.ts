const SIZE = 17;
const MARKED_SIZE = 18;
const SEPARATOR = 0x5f;
const TOMBSTONE = 0x74;
const MAX_SUB = 0xffff_ffffn;
const WORD = 0x1_0000_0000;

/** Where a record lies in bucket `key`. */
export interface RevisionKey {
  readonly main: bigint;
  /** Which change of its revision it is, from 0. */
  readonly sub: number;
  readonly isTombstone: boolean;
}

/** Main revision (8 bytes, big-endian), `_`, sub revision, and a `t` if it is a tombstone. */
export function encodeRevisionKey(main: bigint, sub: number, isTombstone: boolean): Uint8Array {
  const bytes = new Uint8Array(isTombstone ? MARKED_SIZE : SIZE);
  writeRevisionKey(bytes, main, sub, isTombstone);
  return bytes;
}

/** Returns how many of the bytes it takes, 17 or 18; those that are always zero must be. */
export function writeRevisionKey(bytes: Uint8Array, main: bigint, sub: number, isTombstone: boolean): number {
  const small = Number(main);
  if (small <= Number.MAX_SAFE_INTEGER) {
    writeUint32(bytes, 0, Math.floor(small / WORD));
    writeUint32(bytes, 4, small % WORD);
  } else {
    writeUint32(bytes, 0, Number(main >> 32n));
    writeUint32(bytes, 4, Number(main & 0xffff_ffffn));
  }
  bytes[8] = SEPARATOR;
  writeUint32(bytes, 13, sub);
  if (isTombstone) bytes[SIZE] = TOMBSTONE;
  return isTombstone ? MARKED_SIZE : SIZE;
}

/** @throws Error if it can not be one of etcd's */
export function decodeRevisionKey(bytes: Uint8Array): RevisionKey {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length !== SIZE && bytes.length !== MARKED_SIZE)
    throw new Error(`bucket key: a revision of ${bytes.length} bytes`);
  if (bytes[8] !== SEPARATOR) throw new Error(`bucket key: a revision without separator`);
  const main = view.getBigInt64(0);
  const sub = view.getBigInt64(9);
  if (main < 0n || sub < 0n) throw new Error(`bucket key: a negative revision ${main}.${sub}`);
  if (sub > MAX_SUB) throw new Error(`bucket key: ${sub} changes in one revision`);
  return { main, sub: Number(sub), isTombstone: bytes.length === MARKED_SIZE && bytes[SIZE] === TOMBSTONE };
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
