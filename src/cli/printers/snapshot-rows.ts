import { formatSize } from '../../base/index.ts';
import type { KeyChange } from '../../snapshot/diff-keys.ts';
import type { KvHash } from '../../snapshot/hash-kv.ts';
import type { KeyGroup } from '../../snapshot/key-groups.ts';
import type { LiveKey } from '../../snapshot/live-keys.ts';
import type { SnapshotStatus } from '../../snapshot/status.ts';
import type { Verification } from '../../snapshot/verify.ts';
import type { Rows } from './rows.ts';
import { changedKey, changeKind, keyText } from './stored.ts';

export const snapshotRows = ({ hash, revision, liveKeys, totalSize, version }: SnapshotStatus): Rows => ({
  head: ['HASH', 'REVISION', 'TOTAL KEYS', 'TOTAL SIZE', 'VERSION'],
  rows: [[hash.toString(16), String(revision), String(liveKeys), formatSize(BigInt(totalSize)), version]],
});

export const offlineHashRows = ({ hash, hashRevision, compactRevision }: KvHash): Rows => ({
  head: ['HASH', 'HASH REVISION', 'COMPACT REVISION'],
  rows: [[String(hash), String(hashRevision), String(compactRevision)]],
});

export const verificationRows = ({ isSound, digest, pages, records, leases, problemCount }: Verification): Rows => ({
  head: ['SOUND', 'DIGEST', 'PAGES', 'RECORDS', 'LEASES', 'PROBLEMS'],
  rows: [[isSound, digest, pages, records, leases, problemCount].map(String)],
});

export const problemRows = ({ problems }: Verification): Rows => ({
  head: ['PROBLEM'],
  rows: problems.map((problem) => [problem]),
});

export const changeRows = (changes: readonly KeyChange[], isHex: boolean): Rows => ({
  head: ['CHANGE', 'KEY', 'OLD REVISION', 'OLD SIZE', 'NEW REVISION', 'NEW SIZE'],
  rows: changes.map((change) => [
    changeKind(change),
    keyText(changedKey(change), isHex),
    ...sideCells(change.before),
    ...sideCells(change.after),
  ]),
});

const sideCells = (key: LiveKey | undefined): string[] =>
  key === undefined ? ['', ''] : [String(key.modRevision), formatSize(key.valueSize)];

export const groupRows = (groups: readonly KeyGroup[], isHex: boolean): Rows => ({
  head: ['NAME', 'KEYS', 'SIZE', 'MOD REVISION'],
  rows: groups.map(({ name, keys, bytes, modRevision }) => [
    groupName(name, isHex),
    String(keys),
    formatSize(bytes),
    String(modRevision),
  ]),
});

/** Only the sum of all keys has no name. */
const groupName = (name: Uint8Array, isHex: boolean): string => (name.length === 0 ? 'total' : keyText(name, isHex));
