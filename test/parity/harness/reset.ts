/** Brings a cluster back to the state in which every case begins. */
import { ALICE, ROOT } from '../../support/etcd-auth.ts';
import type { EtcdCluster } from '../../support/etcd-server.ts';
import { base64, type Gateway, type Header } from '../../support/gateway.ts';

/** Empties a cluster and returns the header of an answer from after that. */
export async function resetCluster(cluster: EtcdCluster): Promise<Header> {
  const { gateway } = cluster;
  if (cluster.options.auth) await cluster.login();
  await disarm(gateway);
  await Promise.all([
    removeUsersAndRoles(gateway, cluster.options.auth ? [ROOT.name, ALICE.name, 'root', 'app'] : []),
    removeLeases(gateway),
    removeMembers(gateway, cluster.members.length),
  ]);
  await gateway.call('kv/deleterange', { key: base64('\0'), range_end: base64('\0') });
  const status = await gateway.call<{ header: Header; leader: string }>('maintenance/status');
  if (status.leader !== status.header.member_id) throw new Error('the leader has moved');
  return status.header;
}

async function removeUsersAndRoles(gateway: Gateway, kept: readonly string[]): Promise<void> {
  const [{ users = [] }, { roles = [] }] = await Promise.all([
    gateway.call<{ users?: string[] }>('auth/user/list'),
    gateway.call<{ roles?: string[] }>('auth/role/list'),
  ]);
  for (const name of users.filter((user) => !kept.includes(user))) await gateway.call('auth/user/delete', { name });
  for (const role of roles.filter((role) => !kept.includes(role))) await gateway.call('auth/role/delete', { role });
}

async function removeLeases(gateway: Gateway): Promise<void> {
  const { leases = [] } = await gateway.call<{ leases?: { ID: string }[] }>('lease/leases');
  // A lease may end by itself in between.
  for (const { ID } of leases) await gateway.call('lease/revoke', { ID }).catch(() => undefined);
}

/** Members that a case added are the ones beyond the first `count` names m1, m2, m3. */
async function removeMembers(gateway: Gateway, count: number): Promise<void> {
  const { members } = await gateway.call<{ members: { ID: string; name?: string }[] }>('cluster/member/list');
  const names = Array.from({ length: count }, (_, index) => `m${index + 1}`);
  for (const { ID, name } of members) {
    if (!names.includes(name ?? '')) await gateway.call('cluster/member/remove', { ID });
  }
  if (members.filter(({ name }) => names.includes(name ?? '')).length < count) throw new Error('a member is gone');
}

async function disarm(gateway: Gateway): Promise<void> {
  const { alarms = [] } = await gateway.call<{ alarms?: object[] }>('maintenance/alarm', { action: 'GET' });
  for (const alarm of alarms) await gateway.call('maintenance/alarm', { action: 'DEACTIVATE', ...alarm });
}

/** A tool that failed to write leaves its twin behind; the lag is made up for with writes. */
export async function alignRevisions(clusters: readonly EtcdCluster[], headers: readonly Header[]): Promise<void> {
  const revisions = headers.map((header) => Number(header.revision));
  const target = Math.max(...revisions) + (new Set(revisions).size > 1 ? 2 : 0);
  await Promise.all(clusters.map((cluster, index) => advance(cluster.gateway, target - (revisions[index] ?? target))));
}

/** Raises the revision by `count`, which is 0 or at least 2, and leaves no key. */
async function advance(gateway: Gateway, count: number): Promise<void> {
  if (count === 0) return;
  const key = base64('align');
  for (let written = 0; written < count - 1; written += 1) await gateway.call('kv/put', { key });
  await gateway.call('kv/deleterange', { key });
}
