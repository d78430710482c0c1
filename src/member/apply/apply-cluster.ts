import type { InternalRaftRequest } from '../../wire/disk.ts';
import { compareVersions, majorMinor, parseVersion } from '../versions.ts';
import type { State } from '../state.ts';

/** What members tell each other of themselves and of the cluster's version. No user is behind it. */
export const isClusterRequest = (request: InternalRaftRequest): boolean =>
  (request.cluster_version_set ??
    request.cluster_member_attr_set ??
    request.downgrade_info_set ??
    request.downgrade_version_test) !== undefined;

export function applyCluster(state: State, request: InternalRaftRequest): object {
  const { cluster_version_set: version, cluster_member_attr_set: attributes, downgrade_info_set: downgrade } = request;
  if (version) setVersion(state, version.ver);
  if (attributes) {
    const { name = '', client_urls = [] } = attributes.member_attributes ?? {};
    state.roster.setAttributes(attributes.member_ID, name, client_urls);
  }
  if (downgrade)
    state.roster.setDowngrade({ enabled: downgrade.enabled, target: downgrade.enabled ? downgrade.ver : '' });
  return { header: state.header() };
}

function setVersion(state: State, text: string): void {
  const parsed = parseVersion(text);
  if (!parsed) return;
  const version = majorMinor(parsed);
  const before = state.roster.version;
  state.roster.setVersion(version);
  state.clusterVersionChanged(before !== undefined && compareVersions(version, before) < 0);
}
