import { BUCKET_HEADER_SIZE } from './format.ts';

/** A bucket of plain keys that takes up no more than a quarter of a page shares the page of its name. */
export const INLINE_SHARE = 4;

/** What a bucket's name maps to: the root page, or 0 and the bucket's only page. */
export function bucketValue(sequence: bigint, rootPage: number, inline?: Uint8Array): Buffer {
  const value = Buffer.alloc(BUCKET_HEADER_SIZE + (inline?.length ?? 0));
  value.writeBigUInt64LE(BigInt(rootPage), 0);
  value.writeBigUInt64LE(sequence, 8);
  if (inline) value.set(inline, BUCKET_HEADER_SIZE);
  return value;
}
