/** The cluster that lives in this process as a backend. */
import { type ClusterOptions, startCluster } from '../../../src/embed/index.ts';
import { SERVER_VERSION } from '../../../src/member/versions.ts';
import type { Backend, ClusterSpec, CommonCluster } from './cluster.ts';

/** The release whose behaviour is followed. */
export const embeddedBackend: Backend = {
  name: 'the embedded cluster',
  series: '3.7',
  version: SERVER_VERSION,
  start: startEmbedded,
};

async function startEmbedded(spec: ClusterSpec): Promise<CommonCluster> {
  const cluster = await startCluster(optionsOf(spec));
  const endpoints = cluster.endpoints.map((url) => new URL(url).host);
  return {
    endpoints,
    kill: (index) => cluster.members[index]!.kill(),
    restart: async (index) => {
      await cluster.members[index]!.restart();
      await cluster.waitForLeader();
    },
    stop: () => cluster.stop(),
  };
}

function optionsOf({ members = 1, quotaBytes, snapshotCount, watchProgressMs }: ClusterSpec): ClusterOptions {
  return {
    size: members,
    ...(quotaBytes !== undefined && { quotaBytes }),
    ...(snapshotCount !== undefined && { snapshotCount }),
    ...(watchProgressMs !== undefined && { watchProgressIntervalMs: watchProgressMs }),
  };
}
