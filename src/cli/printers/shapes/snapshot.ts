import type { KeyChange } from '../../../snapshot/diff-keys.ts';
import type { KvHash } from '../../../snapshot/hash-kv.ts';
import type { KeyGroup } from '../../../snapshot/key-groups.ts';
import type { SnapshotStatus } from '../../../snapshot/status.ts';
import type { Verification } from '../../../snapshot/verify.ts';
import { changedKey, changeKind, readKeyValue } from '../stored.ts';
import { type Field, type Shape, Struct } from './struct.ts';

export const snapshotShape = ({ hash, revision, liveKeys, totalSize, version }: SnapshotStatus): Shape =>
  new Struct([
    ['hash', hash],
    ['revision', revision],
    ['totalKey', liveKeys],
    ['totalSize', totalSize],
    ['version', version],
  ]);

export const offlineHashShape = ({ hash, hashRevision, compactRevision }: KvHash): Shape =>
  new Struct([
    ['hash', hash],
    ['hashRevision', hashRevision],
    ['compactRevision', compactRevision],
  ]);

export const verificationShape = (verification: Verification): Shape =>
  new Struct([
    ['sound', verification.isSound],
    ['digest', verification.digest],
    ['pages', verification.pages],
    ['records', verification.records],
    ['leases', verification.leases],
    ['problemCount', verification.problemCount],
    ['problems', verification.problems],
  ]);

/** A key and what it was and is, as `get` shows keys. */
export function changeShape(change: KeyChange): Shape {
  const fields: Field[] = [
    ['change', changeKind(change)],
    ['key', changedKey(change)],
  ];
  if (change.before) fields.push(['before', readKeyValue(change.before)]);
  if (change.after) fields.push(['after', readKeyValue(change.after)]);
  return new Struct(fields);
}

export const groupShape = ({ name, isPrefix, keys, bytes, modRevision }: KeyGroup): Shape =>
  new Struct([
    ['name', name],
    ['prefix', isPrefix],
    ['keys', keys],
    ['size', bytes],
    ['modRevision', modRevision],
  ]);
