import { corruptPage } from './errors.ts';
import { FREELIST_COUNT_OVERFLOW, PAGE_HEADER_SIZE, PageFlag, pageTypeName } from './format.ts';
import { Page } from './page.ts';
import type { PageReader } from './page-reader.ts';

const ID_SIZE = 8;
/** Ids read at a time, so that a list of any length needs little memory. */
const IDS_AT_ONCE = 8192;

/** The list of free pages as it was written at the last commit. */
export interface Freelist {
  /** The run of pages that the list itself occupies. */
  readonly page: number;
  readonly overflow: number;
  /** Page ids as they stand in the list; a sound list has each of them once, in order. */
  readonly ids: Iterable<number>;
}

/** @throws BboltError `corrupt` or `truncated`, here or while the ids are read; FileError */
export function readFreelist(reader: PageReader, id: number): Freelist {
  const page = new Page();
  reader.loadHeader(id, page);
  if (page.flags !== PageFlag.freelist) {
    throw corruptPage(id, `invalid freelist page, page type is ${pageTypeName(page.flags)}`);
  }
  return { page: id, overflow: page.overflow, ids: readIds(reader, page) };
}

function* readIds(reader: PageReader, page: Page): Generator<number> {
  const start = page.id * reader.pageSize;
  const end = start + (page.overflow + 1) * reader.pageSize;
  const bytes = Buffer.alloc(IDS_AT_ONCE * ID_SIZE);
  let position = start + PAGE_HEADER_SIZE;
  let left = page.count;
  if (left === FREELIST_COUNT_OVERFLOW) {
    reader.readRaw(position, bytes, ID_SIZE);
    left = Number(bytes.readBigUInt64LE());
    position += ID_SIZE;
  }
  if (position + left * ID_SIZE > end) throw corruptPage(page.id, 'more free page ids than the freelist can hold');
  while (left > 0) {
    const count = Math.min(left, IDS_AT_ONCE);
    reader.readRaw(position, bytes, count * ID_SIZE);
    for (let i = 0; i < count; i++) yield Number(bytes.readBigUInt64LE(i * ID_SIZE));
    position += count * ID_SIZE;
    left -= count;
  }
}

/** A freelist page run holding the ids, which must be in ascending order. */
export function encodeFreelist(id: number, ids: readonly number[], pageSize: number): Buffer {
  const counted = ids.length >= FREELIST_COUNT_OVERFLOW;
  const size = PAGE_HEADER_SIZE + (ids.length + (counted ? 1 : 0)) * ID_SIZE;
  const pages = Math.ceil(size / pageSize);
  const run = Buffer.alloc(pages * pageSize);
  run.writeBigUInt64LE(BigInt(id), 0);
  run.writeUInt16LE(PageFlag.freelist, 8);
  run.writeUInt16LE(counted ? FREELIST_COUNT_OVERFLOW : ids.length, 10);
  run.writeUInt32LE(pages - 1, 12);
  let at = PAGE_HEADER_SIZE;
  if (counted) at = run.writeBigUInt64LE(BigInt(ids.length), at);
  for (const freed of ids) at = run.writeBigUInt64LE(BigInt(freed), at);
  return run;
}
