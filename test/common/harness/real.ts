/** Real etcd members as a backend. */
import type { EtcdRelease } from '../../support/binaries.ts';
import { startCluster } from '../../support/etcd-server.ts';
import type { Gateway } from '../../support/gateway.ts';
import { until } from '../../support/until.ts';
import type { Backend, ClusterSpec, CommonCluster } from './cluster.ts';

export function realBackend(release: EtcdRelease): Backend {
  const { series, version } = release;
  return { name: `etcd ${version}`, series, version, start: (spec) => startReal(release, spec) };
}

async function startReal(release: EtcdRelease, spec: ClusterSpec): Promise<CommonCluster> {
  const { members = 1, quotaBytes } = spec;
  const cluster = await startCluster({
    release,
    members,
    flags: flagsOf(release, spec),
    ...(quotaBytes !== undefined && { quotaBytes }),
  });
  return {
    endpoints: cluster.endpoints,
    kill: (index) => cluster.members[index]!.kill(),
    restart: (index) => {
      cluster.members[index]!.start();
      // Not by its health, which an alarm alone makes bad.
      return until(() => hasLeader(cluster.gateways[index]!));
    },
    stop: () => cluster.stop(),
  };
}

async function hasLeader(gateway: Gateway): Promise<boolean> {
  try {
    return (await gateway.call<{ leader?: string }>('maintenance/status')).leader !== undefined;
  } catch (error) {
    // Who is asked for a name has an answer, too.
    return String(error).includes('user name is empty');
  }
}

function flagsOf({ series }: EtcdRelease, spec: ClusterSpec): string[] {
  const { snapshotCount, watchProgressMs } = spec;
  const watchProgress =
    series === '3.7' ? 'watch-progress-notify-interval' : 'experimental-watch-progress-notify-interval';
  return [
    ...(snapshotCount === undefined ? [] : [`--snapshot-count=${snapshotCount}`]),
    ...(watchProgressMs === undefined ? [] : [`--${watchProgress}=${watchProgressMs}ms`]),
  ];
}
