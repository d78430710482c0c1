import { join } from 'node:path';
import type { EtcdRelease } from '../support/binaries.ts';
import { ROOT } from '../support/etcd-auth.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { base64, type Gateway } from '../support/gateway.ts';
import { run } from '../support/run.ts';

/** A member with some of everything in it: overwritten, deleted and compacted keys, leases, users, an alarm. */
export async function startSource(release: EtcdRelease, flags: readonly string[] = []): Promise<EtcdCluster> {
  const cluster = await startCluster({ release, auth: true, flags });
  const { gateway } = cluster;
  for (const ID of ['1001', '7587862094743159041']) await gateway.call('lease/grant', { TTL: '10000', ID });
  for (let i = 0; i < 300; i++) {
    const lease = i % 10 === 0 ? { lease: '1001' } : {};
    await gateway.call('kv/put', {
      key: base64(`key ${i % 120}`),
      value: base64(`value ${i} ${'x'.repeat(i * 7)}`),
      ...lease,
    });
  }
  for (let i = 0; i < 120; i += 7) await gateway.call('kv/deleterange', { key: base64(`key ${i}`) });
  await gateway.call('kv/compaction', { revision: '150', physical: true });
  await gateway.call('maintenance/alarm', { action: 'ACTIVATE', alarm: 'NOSPACE' });
  await gateway.call('maintenance/alarm', { action: 'DEACTIVATE', alarm: 'NOSPACE' });
  return cluster;
}

/** Runs a real tool; throws with what it wrote if it fails. Returns its standard output. */
export async function tool(...argv: readonly [string, ...string[]]): Promise<string> {
  const { exitCode, stdout, stderr } = await run({ argv, timeoutMs: 60_000, env: { PATH: process.env.PATH } });
  if (exitCode !== 0) {
    throw new Error(`${argv.join(' ')}: exit ${exitCode}\n${stderr.toString()}${stdout.toString()}`);
  }
  return stdout.toString();
}

const credentials = (isAuthOn: boolean): string[] => (isAuthOn ? [`--user=${ROOT.name}:${ROOT.password}`] : []);

/** Saves a snapshot with the release's own client; returns its path. */
export async function saveSnapshot(cluster: EtcdCluster, isAuthOn = true): Promise<string> {
  const path = join(cluster.directory, 'snap.db');
  const { etcdctl } = cluster.options.release;
  await tool(etcdctl, `--endpoints=${cluster.endpoints[0]}`, ...credentials(isAuthOn), 'snapshot', 'save', path);
  return path;
}

/**
 * The hash of all keys at the newest revision, of each member. Each is asked on its own: a token is known to the
 * member that gave it out before it is known to the others, and the releases before 3.6 do not try again.
 */
export async function hashKv(cluster: EtcdCluster, isAuthOn = true): Promise<number[]> {
  const { etcdctl } = cluster.options.release;
  const texts = await Promise.all(
    cluster.endpoints.map((endpoint) =>
      tool(etcdctl, `--endpoints=${endpoint}`, ...credentials(isAuthOn), 'endpoint', 'hashkv', '-w', 'json'),
    ),
  );
  return texts.flatMap((text) => {
    const answers: { HashKV: { hash: number } }[] = JSON.parse(text);
    return answers.map(({ HashKV }) => HashKV.hash);
  });
}

/** What a client can see of a cluster, but for what differs from member to member. */
export interface VisibleState {
  readonly kvs: readonly object[];
  readonly leases: readonly string[];
  readonly users: object;
  readonly role: object;
  readonly leased: readonly string[];
  readonly alarms: object;
}

export async function visibleState(gateway: Gateway): Promise<VisibleState> {
  const { kvs } = await gateway.call<{ kvs: object[] }>('kv/range', { key: 'AA==', range_end: 'AA==' });
  const { leases } = await gateway.call<{ leases: { ID: string }[] }>('lease/leases');
  const { keys: leased } = await gateway.call<{ keys: string[] }>('lease/timetolive', { ID: '1001', keys: true });
  return {
    kvs,
    leases: leases.map(({ ID }) => ID).sort(),
    leased: leased.sort(),
    users: withoutHeader(await gateway.call('auth/user/list')),
    role: withoutHeader(await gateway.call('auth/role/get', { role: 'app' })),
    alarms: withoutHeader(await gateway.call('maintenance/alarm', { action: 'GET' })),
  };
}

function withoutHeader(answer: object): object {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== 'header'));
}
