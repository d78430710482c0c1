import type { LogSink } from '../base/index.ts';
import type { WriteBucket } from '../bbolt/index.ts';
import { SnapshotError } from './errors.ts';
import { decodeUint64, META, META_BUCKET } from './schema.ts';
import { compareVersions, formatMinor, formatVersion, parseVersion, V3_6, type Version, version } from './version.ts';

/** Whatever reads keys of the `meta` bucket: a database, or a change of one. */
export interface MetaReader {
  get(key: string): Uint8Array | undefined;
}

/**
 * The version of a database's schema: what it says itself since 3.6; 3.5 if it
 * holds a term, which came with that.
 * @throws SnapshotError `version` for older ones
 */
export function storageVersion(meta: MetaReader | undefined): Version {
  const told = toldVersion(meta?.get(META.storageVersion));
  if (told) return told;
  const term = decodeUint64(meta?.get(META.term) ?? new Uint8Array(0));
  if (!term) throw new SnapshotError('version', 'missing term information');
  return version(3, 5);
}

function toldVersion(bytes: Uint8Array | undefined): Version | undefined {
  try {
    return bytes && parseVersion(Buffer.from(bytes).toString());
  } catch {
    return undefined; // etcd takes what it can not read for nothing as well
  }
}

/** What changed in the schema: 3.6 began to keep its version, 3.7 changed nothing. */
const KNOWN_MINORS = [6n, 7n];

/**
 * The versions to go through one by one; the last is the target.
 * @throws SnapshotError `version`
 */
export function planMigration(from: Version, to: Version, log: LogSink): Version[] {
  if (from.major !== to.major) {
    const fields = { 'storage-version': formatVersion(from), 'target-storage-version': formatVersion(to) };
    log({ level: 'error', message: 'Changing major storage version is not supported', fields });
    throw noPlan('changing major storage version is not supported');
  }
  const plan: Version[] = [];
  const step = from.minor < to.minor ? 1n : -1n;
  for (let minor = from.minor; minor !== to.minor; minor += step) {
    // What leads down from a version is what once led up to it.
    const changed = step > 0n ? minor + 1n : minor;
    if (!KNOWN_MINORS.includes(changed)) {
      throw noPlan(`version "${formatVersion({ ...from, minor: changed, patch: 0n })}" is not supported`);
    }
    plan.push({ major: from.major, minor: minor + step, patch: 0n });
  }
  return plan;
}

const noPlan = (reason: string): SnapshotError =>
  new SnapshotError('version', `cannot create migration plan: ${reason}`);

export function followPlan(root: WriteBucket, plan: readonly Version[], log: LogSink): void {
  for (const step of plan) {
    setStorageVersion(root, step);
    const fields = { 'new-storage-version': formatVersion(step) };
    log({ level: 'info', message: 'updated storage version', fields });
  }
}

/** Says that a database has a version, whatever it holds. */
export function forceVersion(root: WriteBucket, target: Version, log: LogSink): void {
  setStorageVersion(root, target);
  if (compareVersions(target, V3_6) < 0) {
    log({ level: 'warn', message: 'forcefully cleared storage version', fields: {} });
  } else {
    const fields = { 'storage-version': formatMinor(target) };
    log({ level: 'warn', message: 'forcefully set storage version', fields });
  }
}

/** Releases before 3.6 do not know the field, so that it has to go. */
function setStorageVersion(root: WriteBucket, target: Version): void {
  const meta = root.bucketOrCreate(META_BUCKET);
  if (compareVersions(target, V3_6) < 0) meta.delete(META.storageVersion);
  else meta.put(META.storageVersion, Buffer.from(formatVersion({ ...target, patch: 0n })));
}
