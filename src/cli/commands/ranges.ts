import { prefixEnd, rawTextBytes } from '../../base/index.ts';

/** One zero byte: as a key the smallest there is, as a range end "to the end of the key space". */
export const zeroByte = Uint8Array.of(0);

/** An argument as the bytes that were typed. */
export const keyBytes = rawTextBytes;

export interface KeyRange {
  readonly key: Uint8Array;
  readonly range_end: Uint8Array;
}

/**
 * The range that a key argument and the range flags name. An empty key with
 * --prefix or --from-key is every key (etcd has no empty key).
 */
export function keyRange(
  key: string,
  flags: { readonly prefix: boolean; readonly fromKey: boolean },
  rangeEnd = '',
): KeyRange {
  if (key === '' && (flags.prefix || flags.fromKey)) return { key: zeroByte, range_end: zeroByte };
  const bytes = keyBytes(key);
  if (flags.prefix) return { key: bytes, range_end: prefixEnd(bytes) };
  if (flags.fromKey) return { key: bytes, range_end: zeroByte };
  return { key: bytes, range_end: keyBytes(rangeEnd) };
}
