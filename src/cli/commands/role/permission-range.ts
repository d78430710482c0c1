import { prefixEnd } from '../../../base/index.ts';
import { badArgs } from '../../errors.ts';
import { bool } from '../../flags/index.ts';
import { type KeyRange, keyBytes, zeroByte } from '../ranges.ts';

export const permissionFlags = {
  prefix: bool(false, 'mean all keys that begin with the key'),
  fromKey: bool(false, 'mean all keys from the key on, in byte order'),
} as const;

/** The range that `<key> [endkey]` and the flags name, with etcdctl's rules for the empty key. */
export function permissionRange(
  flags: { readonly prefix: boolean; readonly fromKey: boolean },
  key: string,
  end?: string,
): KeyRange {
  if (flags.prefix && flags.fromKey) throw badArgs('--from-key and --prefix flags are mutually exclusive');
  if (end !== undefined && flags.prefix) throw badArgs('unexpected endkey argument with --prefix flag');
  if (end !== undefined && flags.fromKey) throw badArgs('unexpected endkey argument with --from-key flag');
  if (key === '') return { key: zeroByte, range_end: flags.prefix || flags.fromKey ? zeroByte : new Uint8Array() };
  const bytes = keyBytes(key);
  if (flags.prefix) return { key: bytes, range_end: prefixEnd(bytes) };
  if (flags.fromKey) return { key: bytes, range_end: zeroByte };
  return { key: bytes, range_end: keyBytes(end ?? '') };
}
