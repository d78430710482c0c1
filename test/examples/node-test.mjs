// A test with Node's own runner: `node --test`.
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { startCluster } from 'etcdctl';

let cluster;

before(async () => {
  cluster = await startCluster({ listen: false });
});

after(() => cluster.stop());

void test('a watch hears of a key', async () => {
  const client = cluster.client();
  const watcher = await client.watch().key('greeting').create();
  const heard = new Promise((resolve) => watcher.on('put', (kv) => resolve(kv.value.toString())));
  await client.put('greeting').value('hello');
  assert.equal(await heard, 'hello');
  await watcher.cancel();
});
