import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEtcd } from '../support/describe-etcd.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { base64 } from '../support/gateway.ts';
import { until } from '../support/until.ts';
import { ours, type Start, theirs } from './concurrency-peers.ts';

/** Names of keys under a prefix, oldest first. */
async function keysUnder({ gateway }: EtcdCluster, prefix: string): Promise<string[]> {
  const { kvs = [] } = await gateway.call<{ kvs?: { key: string }[] }>('kv/range', {
    key: base64(prefix),
    range_end: base64(`${prefix.slice(0, -1)}0`),
    sort_target: 'CREATE',
  });
  return kvs.map(({ key }) => Buffer.from(key, 'base64').toString());
}

const leases = async ({ gateway }: EtcdCluster): Promise<number> =>
  (await gateway.call<{ leases?: unknown[] }>('lease/leases', {})).leases?.length ?? 0;

const makers: readonly [name: string, holder: Start, waiter: Start][] = [
  ['theirs and then ours', theirs, ours],
  ['ours and then theirs', ours, theirs],
  ['ours and then ours', ours, ours],
];

describeEtcd('locks and elections, with etcdctl', (release) => {
  let cluster: EtcdCluster;
  beforeAll(async () => {
    cluster = await startCluster({ release });
  });
  afterAll(() => cluster?.stop());

  describe.each(makers)('of %s', (name, startHolder, startWaiter) => {
    const id = name.replaceAll(' ', '-');

    it('exclude each other', async () => {
      const directory = `lock-${id}/`;
      const holder = startHolder(cluster, ['lock', `lock-${id}`]);
      await holder.printed(directory);
      const waiter = startWaiter(cluster, ['lock', `lock-${id}`]);
      await until(async () => (await keysUnder(cluster, directory)).length === 2);
      const [held, waiting] = await keysUnder(cluster, directory);
      await holder.printed(`${held}\n\n`);
      expect(holder.out()).toBe(`${held}\n\n`);
      expect(waiter.out()).toBe('');

      expect(await holder.interrupt()).toBe(0);
      // etcdctl writes the key and the end of its line one after the other.
      await waiter.printed(`${waiting}\n\n`);
      expect(waiter.out()).toBe(`${waiting}\n\n`);
      expect(await keysUnder(cluster, directory)).toEqual([waiting]);
      expect(await waiter.interrupt()).toBe(0);
      expect(await keysUnder(cluster, directory)).toEqual([]);
    });

    it('let the next go on when one who waits gives up', async () => {
      const directory = `queue-${id}/`;
      const first = startHolder(cluster, ['lock', `queue-${id}`]);
      await first.printed(directory);
      const second = startWaiter(cluster, ['lock', `queue-${id}`]);
      await until(async () => (await keysUnder(cluster, directory)).length === 2);
      const third = startHolder(cluster, ['lock', `queue-${id}`]);
      await until(async () => (await keysUnder(cluster, directory)).length === 3);

      expect(await second.interrupt()).toBe(1);
      expect(third.out()).toBe('');
      expect(await first.interrupt()).toBe(0);
      await third.printed(directory);
      expect(await third.interrupt()).toBe(0);
      expect(await keysUnder(cluster, directory)).toEqual([]);
    });

    it('elect one leader after the other', async () => {
      const directory = `elect-${id}/`;
      const listeners = [startHolder, startWaiter].map((start) => start(cluster, ['elect', '-l', `elect-${id}`]));
      const first = startHolder(cluster, ['elect', `elect-${id}`, 'first']);
      await first.printed('first\n');
      for (const listener of listeners) await listener.printed('first\n');
      const second = startWaiter(cluster, ['elect', `elect-${id}`, 'second']);
      await until(async () => (await keysUnder(cluster, directory)).length === 2);
      const [one, two] = await keysUnder(cluster, directory);
      expect(second.out()).toBe('');

      expect(await first.interrupt()).toBe(0);
      await second.printed('second\n');
      for (const listener of listeners) {
        await listener.printed('second\n');
        expect(listener.out()).toBe(`${one}\nfirst\n${two}\nsecond\n`);
        expect(await listener.interrupt()).toBe(0);
      }
      expect(await second.interrupt()).toBe(0);
      expect(await keysUnder(cluster, directory)).toEqual([]);
    });
  });

  it('leave no lease of ours behind, whatever ended them', async () => {
    const before = await leases(cluster);
    expect(await ours(cluster, ['lock', 'l', 'true']).ended).toBe(0);
    const holder = ours(cluster, ['lock', 'l']);
    await holder.printed('l/');
    const waiter = ours(cluster, ['lock', 'l']);
    await until(async () => (await keysUnder(cluster, 'l/')).length === 2);
    expect(await waiter.interrupt()).toBe(1);
    expect(await holder.interrupt()).toBe(0);
    const leader = ours(cluster, ['elect', 'e', 'x']);
    await leader.printed('x\n');
    expect(await leader.interrupt()).toBe(0);
    expect(await leases(cluster)).toBe(before);
  });

  it('end with an error when the lease is revoked under them', async () => {
    const holder = ours(cluster, ['lock', 'gone', '--ttl=3']);
    await holder.printed('gone/');
    const ID = BigInt(`0x${holder.out().trim().slice('gone/'.length)}`).toString();
    await cluster.gateway.call('lease/revoke', { ID });
    expect(await holder.ended).toBe(1);
  });
});
