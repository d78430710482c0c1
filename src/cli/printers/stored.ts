import { hexEscape, quote, utf8DecodeStrict } from '../../base/index.ts';
import type { KeyChange } from '../../snapshot/diff-keys.ts';
import type { LiveKey, StoredKeyValue } from '../../snapshot/live-keys.ts';
import type { KeyValue } from '../../wire/index.ts';

/** A key from a file as one from the wire, which all formats print. */
export const wireKeyValue = (stored: StoredKeyValue): KeyValue => ({
  key: stored.key,
  create_revision: stored.createRevision,
  mod_revision: stored.modRevision,
  version: stored.version,
  value: stored.value,
  lease: stored.lease,
});

export const readKeyValue = (key: LiveKey): KeyValue => wireKeyValue(key.read());

export type ChangeKind = 'added' | 'removed' | 'changed';

export function changeKind({ before, after }: KeyChange): ChangeKind {
  if (before && after) return 'changed';
  return before ? 'removed' : 'added';
}

export const changedKey = ({ before, after }: KeyChange): Uint8Array => (after ?? before)?.key ?? new Uint8Array(0);

/** A key as text on one line: as it is, where that is possible. */
export function keyText(key: Uint8Array, isHex: boolean): string {
  if (isHex) return hexEscape(key);
  const text = utf8DecodeStrict(key);
  return text === undefined || /\p{Cc}/u.test(text) ? quote(key) : text;
}
