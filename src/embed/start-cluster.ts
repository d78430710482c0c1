import type { Cluster } from './api.ts';
import { launch } from './launch.ts';
import type { ClusterOptions } from './options.ts';

/**
 * Starts a cluster within this process. Resolves when all its members follow a leader and are known to each other,
 * and authentication is on if it was asked for.
 * @throws StartError that says why not; nothing is left behind then
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { openEtcd3 } = await import('./client/open-etcd3.ts');
  return launch(options, { openEtcd3 });
}
