// A test with jest, run as ES modules: `NODE_OPTIONS=--experimental-vm-modules npx jest`.
/* global afterAll, beforeAll, expect, test */
import { startCluster } from 'etcdctl';

let cluster;

beforeAll(async () => {
  cluster = await startCluster({ auth: { rootPassword: 'secret' } });
});

afterAll(() => cluster.stop());

test('only who signs in may write', async () => {
  await cluster.client().put('greeting').value('hello');
  const stranger = cluster.client({ auth: { username: 'root', password: 'guess' } });
  await expect(stranger.put('greeting').value('bye')).rejects.toThrow(/invalid user ID or password/);
});
