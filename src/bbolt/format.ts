/**
 * Numbers of bbolt's file format, version 2 (bbolt 1.5.0, internal/common). Integers
 * are in the byte order of the machine that wrote the file; every machine that etcd
 * supports today is little-endian, and so is this reader.
 */

/** id u64, flags u16, count u16, overflow u32. */
export const PAGE_HEADER_SIZE = 16;
/** Leaf: flags u32, pos u32, ksize u32, vsize u32. Branch: pos u32, ksize u32, pgid u64. */
export const ELEMENT_SIZE = 16;
/** root pgid u64, sequence u64: what a bucket's name maps to; root 0 says that a whole leaf page follows inline. */
export const BUCKET_HEADER_SIZE = 16;

/** Page types. Exactly one bit is set on a page in use. */
export const PageFlag = { branch: 0x01, leaf: 0x02, meta: 0x04, freelist: 0x10 } as const;

/** On a leaf element whose value is a bucket. */
export const BUCKET_ELEMENT_FLAG = 0x01;

/** A page's count is 16 bits wide, and 0xffff has a meaning of its own on freelist pages. */
export const MAX_ELEMENTS = 0xfffe;
/** A freelist page with this count holds the true count in its first u64. */
export const FREELIST_COUNT_OVERFLOW = 0xffff;

export const MAX_KEY_SIZE = 32_768;
export const MAX_VALUE_SIZE = 2 ** 31 - 2;

/** Where bbolt 1.x probes for a second meta page: 1 KiB to 16 MiB. Also the page sizes accepted here. */
export const MIN_PAGE_SIZE = 1024;
export const MAX_PAGE_SIZE = 1024 << 14;
/** 16 TiB of 4 KiB pages. A checker keeps two bits for each page, so that more must not be believed. */
export const MAX_PAGE_COUNT = 2 ** 32;
/** The operating system's page size decides in bbolt; 4 KiB on every platform that etcd is commonly run on. */
export const DEFAULT_PAGE_SIZE = 4096;

/**
 * Largest leaf or branch page read into memory, its overflow pages included. etcd bounds a request at 1.5 MiB by
 * default and warns above 10 MiB, and a page holds four such values at most, so a larger one is a corrupt size.
 */
export const MAX_PAGE_IMAGE_SIZE = 256 * 1024 * 1024;

/** Levels in one tree, and buckets within buckets: far beyond what any database reaches, so deeper is corrupt. */
export const MAX_DEPTH = 100;

/** What bbolt calls the page type in its messages. */
export function pageTypeName(flags: number): string {
  if (flags === PageFlag.branch) return 'branch';
  if (flags === PageFlag.leaf) return 'leaf';
  if (flags === PageFlag.meta) return 'meta';
  if (flags === PageFlag.freelist) return 'freelist';
  return `unknown<${flags.toString(16).padStart(2, '0')}>`;
}
