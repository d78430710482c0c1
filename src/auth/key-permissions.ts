import { compareBytes } from '../base/index.ts';
import { Permission_Type } from '../wire/disk.ts';
import type { Permission } from '../wire/index.ts';
import { KeyRanges } from './key-ranges.ts';

/** What a set of permissions gives when put together, to read and to write. */
export class KeyPermissions {
  readonly read: KeyRanges;
  readonly write: KeyRanges;

  constructor(permissions: readonly Permission[]) {
    const { READ, WRITE, READWRITE } = Permission_Type;
    this.read = new KeyRanges(permissions.filter(({ permType }) => permType === READ || permType === READWRITE));
    this.write = new KeyRanges(permissions.filter(({ permType }) => permType === WRITE || permType === READWRITE));
  }
}

/** Whether a permission can be granted on that: a key, a range that is not empty, or all keys from one on. */
export function isPermissionRange(key: Uint8Array, rangeEnd: Uint8Array): boolean {
  if (key.length === 0) return false;
  if (rangeEnd.length === 0 || compareBytes(key, rangeEnd) < 0) return true;
  return rangeEnd.length === 1 && rangeEnd[0] === 0;
}
