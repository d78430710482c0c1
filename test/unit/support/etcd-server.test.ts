import { existsSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { describeEtcd } from '../../support/describe-etcd.ts';
import { ALICE } from '../../support/etcd-auth.ts';
import { SETTLED_TERM } from '../../support/etcd-leader.ts';
import { startCluster, type ClusterOptions, type EtcdCluster } from '../../support/etcd-server.ts';
import { base64, Gateway } from '../../support/gateway.ts';
import { run } from '../../support/run.ts';

const started: EtcdCluster[] = [];

async function start(options: ClusterOptions): Promise<EtcdCluster> {
  const cluster = await startCluster(options);
  started.push(cluster);
  return cluster;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((cluster) => cluster.stop()));
});

const put = (key: string, value: string): object => ({ key: base64(key), value: base64(value) });

describeEtcd('a real etcd', (release) => {
  it('answers, keeps its data through kill -9, and leaves nothing behind', async () => {
    const cluster = await start({ release });
    await cluster.gateway.call('kv/put', put('a', '1'));
    await cluster.members[0]!.kill();
    expect(cluster.members[0]!.alive).toBe(false);
    cluster.members[0]!.start();
    await cluster.waitHealthy(0);
    const { kvs } = await cluster.gateway.call<{ kvs: { value: string }[] }>('kv/range', { key: base64('a') });
    expect(kvs.map(({ value }) => value)).toEqual([base64('1')]);
    await cluster.stop();
    expect(cluster.members[0]!.alive).toBe(false);
    expect(existsSync(cluster.directory)).toBe(false);
  });

  it('has the same ids in every cluster of one layout, and three members led by the first', async () => {
    const [one, two] = await Promise.all([start({ release, members: 3 }), start({ release, members: 3 })]);
    const statuses = await Promise.all(
      [one, two].map((cluster) => cluster.gateway.call<{ header: object; leader: string }>('maintenance/status')),
    );
    expect(statuses[0]!.header).toEqual(statuses[1]!.header);
    expect(statuses[0]!.header).toMatchObject({ raft_term: String(SETTLED_TERM), member_id: statuses[0]!.leader });
  });

  it('does not answer while paused', async () => {
    const cluster = await start({ release });
    const etcdctl = (...args: string[]) =>
      run({ argv: [release.etcdctl, '--endpoints', cluster.endpoints[0]!, '--command-timeout=300ms', ...args] });
    cluster.members[0]!.pause();
    expect((await etcdctl('put', 'k', 'v')).exitCode).toBe(1);
    cluster.members[0]!.resume();
    await cluster.waitHealthy(0);
    expect((await etcdctl('get', 'nothing')).exitCode).toBe(0);
  });

  it('asks for a client certificate', async () => {
    const cluster = await start({ release, transport: 'mtls' });
    expect(await cluster.gateway.health()).toBe(true);
    const stranger = new Gateway(cluster.endpoints[0]!, { ca: cluster.credentials!.gatewayTls.ca });
    await expect(stranger.health()).rejects.toThrow(/certificate|ECONNRESET|alert/i);
    stranger.close();
  });

  it.each([false, true])('keeps alice within her permissions (tokens signed: %s)', async (jwt) => {
    const cluster = await start({ release, auth: true, jwt });
    const gateway = new Gateway(cluster.endpoints[0]!);
    await gateway.login(ALICE);
    await gateway.call('kv/put', put('app/x', '1'));
    await expect(gateway.call('kv/put', put('other', '1'))).rejects.toThrow('permission denied');
    gateway.close();
  });

  it('runs into a small quota', async () => {
    const cluster = await start({ release, quotaBytes: 1024 * 1024 });
    const fill = async (): Promise<void> => {
      // The server looks at the size of its file, which follows the puts every 100 ms.
      for (let index = 0; index < 300; index += 1)
        await cluster.gateway.call('kv/put', put(`k${index}`, 'x'.repeat(100_000)));
    };
    await expect(fill()).rejects.toThrow('database space exceeded');
  });

  it('tells why it did not start', async () => {
    await expect(startCluster({ release, flags: ['--no-such-flag'] })).rejects.toThrow(
      /m1 ended while starting[^]*no-such-flag/,
    );
  });
});
