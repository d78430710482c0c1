import type { FileSystem } from '../base/index.ts';
import { EMPTY_SNAPSHOT, type Entry, readLog, readSnapshotMarks } from '../wal/index.ts';
import { EntryType, RequestVersion } from '../wire/disk.ts';
import { SnapshotError } from './errors.ts';
import { compareVersions, parseVersion, V3_6, type Version } from './version.ts';

/**
 * The oldest release that understands the log since its newest snapshot;
 * undefined if every release that keeps a storage version does.
 * @throws SnapshotError `invalid`, WalError, FileError
 */
export function minimalLogVersion(files: FileSystem, walDir: string): Version | undefined {
  const start = readSnapshotMarks(files, walDir).at(-1) ?? EMPTY_SNAPSHOT;
  // Few entries need anything, so that these few are kept; one that is replaced takes its need with it.
  const needs: { index: bigint; version: Version }[] = [];
  readLog(files, walDir, start, (entry) => {
    while ((needs.at(-1)?.index ?? -1n) >= entry.index) needs.pop();
    const version = neededVersion(entry);
    if (version) needs.push({ index: entry.index, version });
  });
  return needs.reduce<Version | undefined>((max, { version }) => newer(max, version), undefined);
}

function neededVersion({ type, index, data }: Entry): Version | undefined {
  if (type !== EntryType.NORMAL) return undefined;
  try {
    const { downgrade_version_test: probe } = RequestVersion.decode(data);
    return probe && newer(V3_6, parseVersion(probe.ver));
  } catch (cause) {
    throw new SnapshotError('invalid', `entry ${index} of the log is no request`, { cause });
  }
}

const newer = (a: Version | undefined, b: Version): Version => (a && compareVersions(a, b) > 0 ? a : b);
