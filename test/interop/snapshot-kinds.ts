/** Snapshots of every kind, taken by a release's own client from its own server. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { EtcdRelease } from '../support/binaries.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { base64, type Gateway } from '../support/gateway.ts';
import { saveSnapshot, startSource } from './source-cluster.ts';

export const WITH_AUTH = 'authentication, leases, some deleted and compacted';

async function putMany(gateway: Gateway, count: number): Promise<void> {
  const perTxn = 128;
  for (let at = 0; at < count; at += perTxn) {
    const success = Array.from({ length: Math.min(perTxn, count - at) }, (_, i) => ({
      request_put: { key: base64(`many/${at + i}`), value: base64(`value ${(at + i) * 7}`) },
    }));
    await gateway.call('kv/txn', { success });
  }
}

/** @returns the names of the files that now are in the directory */
export async function takeSnapshots(release: EtcdRelease, directory: string): Promise<readonly string[]> {
  const taken: string[] = [];
  const take = async (cluster: EtcdCluster, name: string): Promise<void> => {
    await cp(await saveSnapshot(cluster, name === WITH_AUTH), join(directory, name));
    taken.push(name);
  };
  const plain = await startCluster({ release });
  try {
    const { gateway } = plain;
    await take(plain, 'empty');
    await gateway.call('kv/put', { key: base64('k'), value: base64('v') });
    await take(plain, 'one key');
    await putMany(gateway, 100_000);
    await take(plain, '100,000 keys');
    await gateway.call('kv/deleterange', { key: base64('many/1'), range_end: base64('many/9') });
    await gateway.call('kv/compaction', { revision: '500', physical: true });
    await gateway.call('cluster/member/add', { peerURLs: ['http://10.0.0.9:2380'], isLearner: true });
    await take(plain, 'most deleted and compacted, a learner');
    await gateway.call('maintenance/alarm', { action: 'ACTIVATE', alarm: 'NOSPACE' });
    await take(plain, 'an alarm too');
  } finally {
    await plain.stop();
  }
  const source = await startSource(release);
  try {
    await take(source, WITH_AUTH);
  } finally {
    await source.stop();
  }
  return taken;
}
