import { BboltError } from './errors.ts';
import { MAX_PAGE_SIZE, MIN_PAGE_SIZE, PAGE_HEADER_SIZE, PageFlag } from './format.ts';

const MAGIC = 0xed0cdaed;
const VERSION = 2;
/** What the checksum covers: all of the meta before the checksum itself. */
const CHECKED_SIZE = 56;

/** Bytes of a meta page that matter: page header, fields, checksum. */
export const META_PAGE_BYTES = PAGE_HEADER_SIZE + CHECKED_SIZE + 8;

const NO_FREELIST = 0xffff_ffff_ffff_ffffn;

/** A meta page: the root of one state of the whole file. */
export interface Meta {
  readonly pageSize: number;
  /** Root page of the bucket of buckets. */
  readonly rootPage: number;
  readonly rootSequence: bigint;
  /** Page of the list of free pages; undefined if the list was not written and must be rebuilt. */
  readonly freelistPage: number | undefined;
  /** The high-water mark: one more than the last page ever in use. */
  readonly pageCount: number;
  readonly txid: bigint;
}

/**
 * Reads a whole meta page, header included.
 * @throws BboltError `invalid`, `version-mismatch` or `checksum`, judged in bbolt's order
 */
export function decodeMeta(page: Uint8Array): Meta {
  if (page.length < META_PAGE_BYTES) throw new BboltError('invalid', 'invalid database');
  const view = new DataView(page.buffer, page.byteOffset + PAGE_HEADER_SIZE, CHECKED_SIZE + 8);
  if (view.getUint32(0, true) !== MAGIC) {
    const foreign = view.getUint32(0, false) === MAGIC ? ': written on a big-endian machine' : '';
    throw new BboltError('invalid', `invalid database${foreign}`);
  }
  if (view.getUint32(4, true) !== VERSION) throw new BboltError('version-mismatch', 'version mismatch');
  if (view.getBigUint64(CHECKED_SIZE, true) !== checksumOf(view)) throw new BboltError('checksum', 'checksum error');
  const freelist = view.getBigUint64(32, true);
  return {
    pageSize: pageSizeOf(view.getUint32(8, true)),
    rootPage: Number(view.getBigUint64(16, true)),
    rootSequence: view.getBigUint64(24, true),
    freelistPage: freelist === NO_FREELIST ? undefined : Number(freelist),
    pageCount: Number(view.getBigUint64(40, true)),
    txid: view.getBigUint64(48, true),
  };
}

/** A meta page of `meta.pageSize` bytes; it belongs at page `txid % 2`. */
export function encodeMeta(meta: Meta): Uint8Array {
  const page = new Uint8Array(meta.pageSize);
  const header = new DataView(page.buffer);
  header.setBigUint64(0, meta.txid % 2n, true);
  header.setUint16(8, PageFlag.meta, true);
  const view = new DataView(page.buffer, PAGE_HEADER_SIZE, CHECKED_SIZE + 8);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, meta.pageSize, true);
  view.setBigUint64(16, BigInt(meta.rootPage), true);
  view.setBigUint64(24, meta.rootSequence, true);
  view.setBigUint64(32, meta.freelistPage === undefined ? NO_FREELIST : BigInt(meta.freelistPage), true);
  view.setBigUint64(40, BigInt(meta.pageCount), true);
  view.setBigUint64(48, meta.txid, true);
  view.setBigUint64(CHECKED_SIZE, checksumOf(view), true);
  return page;
}

/** FNV-1a, 64 bits. */
function checksumOf(view: DataView): bigint {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (let i = 0; i < CHECKED_SIZE; i++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(view.getUint8(i))) * 0x100_0000_01b3n);
  }
  return hash;
}

function pageSizeOf(bytes: number): number {
  const powerOfTwo = (bytes & (bytes - 1)) === 0;
  if (powerOfTwo && bytes >= MIN_PAGE_SIZE && bytes <= MAX_PAGE_SIZE) return bytes;
  throw new BboltError('invalid', `invalid database: its meta page gives a page size of ${bytes} bytes`);
}
