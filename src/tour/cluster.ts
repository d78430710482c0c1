import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cluster, startCluster } from '../embed/index.ts';

/** A cluster that the tour's commands talk to, and the variables by which they find it. */
export interface TourCluster {
  readonly cluster: Cluster;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts three members that speak TLS; the client's certificate goes into files below `directory`. */
export async function startTourCluster(directory: string): Promise<TourCluster> {
  const cluster = await startCluster({ size: 3, tls: true });
  const write = (name: string, pem: string | undefined): string => {
    const path = join(directory, name);
    writeFileSync(path, pem ?? '', { mode: 0o600 });
    return path;
  };
  return {
    cluster,
    env: {
      ETCDCTL_ENDPOINTS: cluster.endpoints.join(','),
      ETCDCTL_CACERT: write('ca.crt', cluster.tls?.ca),
      ETCDCTL_CERT: write('client.crt', cluster.tls?.cert),
      ETCDCTL_KEY: write('client.key', cluster.tls?.key),
    },
  };
}
