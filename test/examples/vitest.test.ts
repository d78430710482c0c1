// A test with vitest: one cluster for the file, gone when it ends.
import { type Cluster, startCluster } from 'etcdctl';
import type { Etcd3 } from 'etcd3';
import { afterAll, beforeAll, expect, test } from 'vitest';

let cluster: Cluster;
let client: Etcd3;

beforeAll(async () => {
  cluster = await startCluster({ size: 3, heartbeatMs: 20, electionTimeoutMs: 200 });
  client = cluster.client();
});

afterAll(() => cluster.stop());

test('what was written outlives its leader', async () => {
  await client.put('greeting').value('hello');
  const leader = await cluster.waitForLeader();
  await leader.kill();
  const next = await cluster.waitForLeader();
  expect(await cluster.client({ member: next }).get('greeting').string()).toBe('hello');
  await leader.restart();
  expect(await cluster.client({ member: leader }).get('greeting').string()).toBe('hello');
});

test('a lease ends without a wait', async () => {
  await using timeless = await startCluster({ clock: 'virtual' });
  const etcd = timeless.client();
  const { ID } = await etcd.leaseClient.leaseGrant({ TTL: 3600 });
  await etcd.put('session').value('open').lease(ID);
  await timeless.clock.advance(2 * 3600 * 1000);
  expect(await etcd.get('session').string()).toBeNull();
});
