import { parseInt64, quote } from '../base/index.ts';
import { SnapshotError } from './errors.ts';

/** A release, as far as it matters to what is stored. */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
}

export const version = (major: number, minor: number): Version => ({
  major: BigInt(major),
  minor: BigInt(minor),
  patch: 0n,
});

/** The first release that keeps its storage version in the database. */
export const V3_6 = version(3, 6);
const V3_5 = version(3, 5);

/** Reads `3.6.0`; what comes after `-` or `+` is dropped. @throws Error with the words of etcd's library */
export function parseVersion(text: string): Version {
  const [release = ''] = text.split(/[-+]/, 1);
  const [major, minor, ...rest] = release.split('.');
  if (major === undefined || minor === undefined || rest.length === 0) {
    throw new Error(`${release} is not in dotted-tri format`);
  }
  return { major: parseInt64(major), minor: parseInt64(minor), patch: parseInt64(rest.join('.')) };
}

/** Reads `3.6`, the version that a user wants a data directory to have. @throws SnapshotError `argument` */
export function parseTargetVersion(text: string): Version {
  if (text.split('.').length !== 2) {
    throw new SnapshotError('argument', `wrong target version format, expected "X.Y", got ${quote(text)}`);
  }
  let target: Version;
  try {
    target = parseVersion(`${text}.0`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SnapshotError('argument', `failed to parse target version: ${reason}`, { cause });
  }
  if (compareVersions(target, V3_5) < 0) {
    throw new SnapshotError('argument', `target version "${formatMinor(target)}" not supported. Minimal "3.5"`);
  }
  return target;
}

export function compareVersions(a: Version, b: Version): number {
  const difference = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
  return difference < 0n ? -1 : Number(difference > 0n);
}

export const formatVersion = ({ major, minor, patch }: Version): string => `${major}.${minor}.${patch}`;

/** `3.6` */
export const formatMinor = ({ major, minor }: Version): string => `${major}.${minor}`;
