import {
  compareVersions,
  isSameVersion,
  majorMinor,
  MIN_CLUSTER_VERSION,
  oneMinorLower,
  parseVersion,
  type Version,
} from './versions.ts';

export interface DowngradeState {
  readonly enabled: boolean;
  /** Such as `3.6.0`; empty unless enabled. */
  readonly target: string;
}

export interface VersionSituation {
  /** Undefined until it was decided. */
  readonly cluster: Version | undefined;
  /** Of every member; undefined for one that did not answer. */
  readonly servers: readonly (string | undefined)[];
  readonly downgrade: DowngradeState;
}

/**
 * What the leader is to make the cluster's version: the lowest that its members run, so that none is sent what it does
 * not understand. Undefined when it is to stay. Goes up by any number of minor versions, down by one and only if asked.
 */
export function decideClusterVersion({ cluster, servers, downgrade }: VersionSituation): Version | undefined {
  const lowest = lowestVersion(servers);
  if (!cluster) return lowest ? majorMinor(lowest) : MIN_CLUSTER_VERSION;
  if (!lowest) return undefined;
  if (downgrade.enabled) {
    const target = parseVersion(downgrade.target);
    if (!target || isSameVersion(target, cluster)) return undefined;
    const isOneStep = isSameVersion(target, oneMinorLower(cluster)) && isSameVersion(target, oneMinorLower(lowest));
    return isOneStep ? majorMinor(target) : undefined;
  }
  const raised = majorMinor(lowest);
  return raised.major === cluster.major && compareVersions(cluster, raised) < 0 ? raised : undefined;
}

/** Whether every member runs the version that a downgrade aims at, so that it is over. */
export function isDowngraded(target: string, servers: readonly (string | undefined)[]): boolean {
  const wanted = parseVersion(target);
  if (!wanted) return false;
  return servers.every((text) => {
    const version = text === undefined ? undefined : parseVersion(text);
    return version !== undefined && isSameVersion(majorMinor(version), majorMinor(wanted));
  });
}

/** Undefined if one did not answer or did not make sense. */
function lowestVersion(servers: readonly (string | undefined)[]): Version | undefined {
  let lowest: Version | undefined;
  for (const text of servers) {
    const version = text === undefined ? undefined : parseVersion(text);
    if (!version) return undefined;
    if (!lowest || compareVersions(version, lowest) < 0) lowest = version;
  }
  return lowest;
}
