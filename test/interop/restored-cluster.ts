import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../src/base/index.ts';
import { restore, type RestoreOptions } from '../../src/snapshot/index.ts';
import type { EtcdRelease } from '../support/binaries.ts';
import { ROOT } from '../support/etcd-auth.ts';
import { EtcdCluster } from '../support/etcd-server.ts';
import { freePorts } from '../support/ports.ts';
import { tool } from './source-cluster.ts';

/** What a restored member is told about itself. */
export interface Place {
  readonly snapshot: string;
  readonly dataDir: string;
  readonly name: string;
  readonly peerUrl: string;
  readonly initialCluster: string;
}

export type Restorer = (place: Place) => Promise<void>;

export const byOurs =
  (more: Partial<RestoreOptions> = {}): Restorer =>
  ({ snapshot, dataDir, name, peerUrl, initialCluster }) =>
    restore({
      source: snapshot,
      dataDir,
      name,
      initialCluster,
      initialClusterToken: 'etcd-cluster',
      initialAdvertisePeerUrls: [peerUrl],
      ...more,
    });

/** By the release's own tool: etcdutl, or etcdctl where there was no etcdutl yet. */
export const byTheirs =
  (release: EtcdRelease, ...flags: string[]): Restorer =>
  async ({ snapshot, dataDir, name, peerUrl, initialCluster }) => {
    await tool(
      release.etcdutl ?? release.etcdctl,
      'snapshot',
      'restore',
      snapshot,
      `--data-dir=${dataDir}`,
      `--name=${name}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=${initialCluster}`,
      ...flags,
    );
  };

const peerUrl = (name: string): string => `unix://${name}:1`;

/** Members of a new cluster, each from the same snapshot, started and logged in. */
export async function startRestored(
  release: EtcdRelease,
  snapshot: string,
  members: 1 | 3,
  restorer: Restorer,
  isAuthOn = true,
): Promise<EtcdCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'etcd-'));
  const cluster = new EtcdCluster({ release, members }, directory, await freePorts(members));
  try {
    const initialCluster = cluster.members.map(({ name }) => `${name}=${peerUrl(name)}`).join(',');
    for (const { name, dataDirectory: dataDir } of cluster.members) {
      await restorer({ snapshot, dataDir, name, peerUrl: peerUrl(name), initialCluster });
    }
    for (const member of cluster.members) member.start();
    await Promise.all(cluster.members.map((_, index) => waitServing(cluster, index)));
    if (isAuthOn) for (const gateway of cluster.gateways) await gateway.login(ROOT);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** As etcd's own health, which an alarm in the snapshot would spoil, but for it. */
async function waitServing(cluster: EtcdCluster, index: number): Promise<void> {
  const read = async (): Promise<string> => {
    try {
      await cluster.gateways[index]!.call('kv/range', { key: 'AA==' });
      return '';
    } catch (error) {
      return messageOf(error);
    }
  };
  for (let answer = await read(); !/^$|user name is empty/.test(answer); answer = await read()) {
    const member = cluster.members[index]!;
    if (!member.alive) throw new Error(`etcd ${member.name} ended while starting\n${member.logTail()}`);
    await sleep(20);
  }
}
