/** The release of etcd that this server behaves like. The one place that says so. */
export const SERVER_VERSION = '3.7.1';

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** What a cluster is at before its members have told their versions. */
export const MIN_CLUSTER_VERSION: Version = { major: 3, minor: 0, patch: 0 };

/** Reads `3.7.0`, `3.7.0-alpha.1` or `3.7.0+git`; undefined if it is no version. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

/** A cluster has no patch level. */
export const majorMinor = ({ major, minor }: Version): Version => ({ major, minor, patch: 0 });

export const formatVersion = ({ major, minor, patch }: Version): string => `${major}.${minor}.${patch}`;

/** Below 0 if `a` is older. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

export const isSameVersion = (a: Version, b: Version): boolean => compareVersions(a, b) === 0;

/** The one version that a cluster may go back to. */
export const oneMinorLower = ({ major, minor }: Version): Version => ({ major, minor: minor - 1, patch: 0 });

/** Reads what a downgrade is to go to: `3.6` or `3.6.0`; undefined if it has neither form. */
export function parseDowngradeTarget(text: string): Version | undefined {
  const version = parseVersion(text) ?? parseVersion(`${text}.0`);
  return version && majorMinor(version);
}
