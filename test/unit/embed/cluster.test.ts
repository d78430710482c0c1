import { EtcdRoleExistsError } from 'etcd3';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { type Cluster, type ClusterMember, type ClusterOptions, startCluster } from '../../../src/embed/index.ts';

const clusters: Cluster[] = [];

async function start(options: ClusterOptions): Promise<Cluster> {
  const cluster = await startCluster(options);
  clusters.push(cluster);
  return cluster;
}

afterEach(async () => {
  await Promise.all(clusters.splice(0).map((cluster) => cluster.stop()));
});

const followersOf = (cluster: Cluster) => cluster.members.filter((member) => member !== cluster.leader);

describe('a cluster', () => {
  it.each([
    { size: 1, listen: true },
    { size: 1, listen: false },
    { size: 3, listen: true },
    { size: 3, listen: false },
    { size: 3, listen: true, tls: true },
    { size: 3, listen: true, tls: true, auth: true },
    { size: 1, listen: false, auth: true },
    { size: 3, storage: 'disk' },
  ] satisfies ClusterOptions[])('of %o answers etcd3', async (options) => {
    const cluster = await start(options);
    const client = cluster.client();
    await client.put('key').value('value');
    expect(await client.get('key').string()).toBe('value');
    const { kvs, count } = await client.getAll().prefix('k').exec();
    expect([count, kvs[0]?.key.toString(), kvs[0]?.version]).toEqual(['1', 'key', '1']);
    expect(cluster.members.map(({ name }) => name)).toEqual(['m1', 'm2', 'm3'].slice(0, options.size));
    expect(cluster.endpoints.length).toBe(options.listen === false ? 0 : options.size);
  });

  it('is known to its members by the addresses where they answer', async () => {
    const cluster = await start({ size: 3 });
    const { members } = await cluster.client().cluster.memberList({});
    const told = members
      .map(({ name, clientURLs }) => [name, ...clientURLs])
      .toSorted((a, b) => String(a).localeCompare(String(b)));
    expect(told).toEqual(cluster.members.map(({ name, clientUrl }) => [name, clientUrl]));
  });

  it('has the names it is given', async () => {
    const cluster = await start({ names: ['north', 'south', 'west'] });
    expect(cluster.members.map(({ name }) => name)).toEqual(['north', 'south', 'west']);
    expect(cluster.member('south')).toBe(cluster.members[1]);
    expect(() => cluster.member('east')).toThrow('no member is named east');
  });

  it('lets in only who signs in, with authentication', async () => {
    const cluster = await start({ auth: { rootPassword: 'secret' } });
    expect(cluster.credentials).toEqual({ username: 'root', password: 'secret' });
    const stranger = cluster.client({ auth: { username: 'root', password: 'wrong' } });
    await expect(stranger.put('key').value('value')).rejects.toThrow(/invalid user ID or password/);
  });

  it('ends with its block, and with it its clients', async () => {
    let endpoint = '';
    {
      await using cluster = await startCluster({ size: 1 });
      [endpoint = ''] = cluster.endpoints;
      await cluster.client().put('key').value('value');
    }
    await expect(fetch(`${endpoint}/health`)).rejects.toThrow();
  });
});

describe('through etcd3 without a port', () => {
  it('watches, and hears of puts and deletes', async () => {
    const client = (await start({ size: 3, listen: false })).client();
    const watcher = await client.watch().prefix('w').create();
    const heard: string[] = [];
    const seen = new Promise<void>((resolve) => {
      watcher.on('put', (kv) => heard.push(`put ${kv.key.toString()}=${kv.value.toString()}`));
      watcher.on('delete', (kv) => {
        heard.push(`delete ${kv.key.toString()}`);
        resolve();
      });
    });
    await client.put('w1').value('one');
    await client.put('other').value('two');
    await client.delete().key('w1');
    await seen;
    await watcher.cancel();
    expect(heard).toEqual(['put w1=one', 'delete w1']);
  });

  it('keeps leases alive and revokes them, with their keys', async () => {
    const client = (await start({ listen: false })).client();
    const lease = client.lease(60);
    await lease.put('leased').value('here');
    await lease.keepaliveOnce();
    expect(await client.get('leased').string()).toBe('here');
    await lease.revoke();
    expect(await client.get('leased').string()).toBeNull();
  });

  it('locks', async () => {
    const client = (await start({ listen: false })).client();
    const result = await client.lock('resource').do(async () => client.getAll().prefix('resource').count());
    expect(result).toBe(1);
  });

  it('compares and swaps', async () => {
    const client = (await start({ listen: false })).client();
    const swap = (): Promise<{ succeeded: boolean }> =>
      client.if('key', 'Create', '==', 0).then(client.put('key').value('first')).commit();
    expect([(await swap()).succeeded, (await swap()).succeeded]).toEqual([true, false]);
  });

  it('throws errors of the kinds that etcd3 has', async () => {
    const client = (await start({ listen: false })).client();
    await client.role('reader').create();
    await expect(client.role('reader').create()).rejects.toBeInstanceOf(EtcdRoleExistsError);
  });

  it('goes on with another member when one is gone', async () => {
    const cluster = await start({ size: 3, listen: false });
    const client = cluster.client();
    await client.put('key').value('one');
    await cluster.members[0]?.kill();
    await cluster.waitForLeader();
    expect(await client.get('key').string()).toBe('one');
  });
});

describe('members', () => {
  it('stop and start again, at the same address and with what they had', async () => {
    const cluster = await start({ size: 1 });
    const [member] = cluster.members;
    const before = member?.clientUrl;
    await cluster.client().put('key').value('kept');
    await member?.stop();
    expect([member?.isRunning, cluster.leader]).toEqual([false, undefined]);
    await member?.restart();
    await cluster.waitForLeader();
    expect(member?.clientUrl).toBe(before);
    expect(await cluster.client().get('key').string()).toBe('kept');
  });

  it('are killed, replaced and caught up with', async () => {
    const cluster = await start({ size: 3, heartbeatMs: 20, electionTimeoutMs: 200 });
    const lost = await cluster.waitForLeader();
    await lost.kill();
    const next = await cluster.waitForLeader();
    expect(next).not.toBe(lost);
    await cluster.client({ member: next }).put('key').value('written meanwhile');
    await lost.restart();
    expect(await cluster.client({ member: lost }).get('key').string()).toBe('written meanwhile');
  });

  it('stand still and go on', async () => {
    const cluster = await start({ size: 3, heartbeatMs: 20, electionTimeoutMs: 200 });
    const paused = await cluster.waitForLeader();
    paused.pause();
    let isAnswered = false;
    const answer = cluster.client({ member: paused }).get('key').string();
    const done = answer.then(
      () => (isAnswered = true),
      () => (isAnswered = true),
    );
    const others = followersOf(cluster);
    while (!others.some(({ isLeader }) => isLeader)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect([paused.isPaused, isAnswered]).toEqual([true, false]);
    paused.resume();
    await done;
    expect(paused.isPaused).toBe(false);
  });

  it('hand leadership on', async () => {
    const cluster = await start({ size: 3 });
    const [target] = followersOf(cluster);
    await cluster.moveLeader(target!);
    expect(cluster.leader).toBe(target);
    await cluster.moveLeader(target!.name);
    expect(cluster.leader).toBe(target);
  });

  it('come and go', async () => {
    const cluster = await start({ size: 1 });
    await cluster.client().put('key').value('value');
    const added = await cluster.addMember();
    expect([added.name, added.isLearner, cluster.members.length]).toEqual(['m2', false, 2]);
    const learner = await cluster.addLearner({ name: 'pupil' });
    expect(learner.isLearner).toBe(true);
    await cluster.promote(learner);
    expect(await cluster.client({ member: 'pupil' }).get('key').string()).toBe('value');
    await cluster.removeMember(added);
    expect(cluster.members.map(({ name }) => name)).toEqual(['m1', 'pupil']);
    const { members } = await cluster.client().cluster.memberList({});
    expect(members.map(({ name }) => name).toSorted()).toEqual(['m1', 'pupil']);
    await expect(cluster.addMember({ name: 'm1' })).rejects.toThrow('there is a member m1 already');
  });
});

it("a name that is free again is another member's", async () => {
  const cluster = await start({ names: ['m2', 'm3', 'other'] });
  const added = await cluster.addMember();
  expect(added.name).toBe('m4');
  await cluster.removeMember('m3');
  const again = await cluster.addMember({ name: 'm3' });
  await cluster.client().put('key').value('value');
  expect(await cluster.client({ member: again }).get('key').string()).toBe('value');
});

describe('the network', () => {
  const fast = { size: 3, heartbeatMs: 20, electionTimeoutMs: 200 } as const;

  it('splits: the larger side goes on, the smaller learns of it when it heals', async () => {
    const cluster = await start(fast);
    const old = await cluster.waitForLeader();
    cluster.network.partition([old], followersOf(cluster));
    const others = followersOf(cluster);
    const elected = (): ClusterMember | undefined => others.find(({ isLeader }) => isLeader);
    while (elected() === undefined) await new Promise((resolve) => setImmediate(resolve));
    // From its very election on it is the leader, whether or not the old one has stepped down.
    expect(cluster.leader).toBe(elected());
    await cluster
      .client({ member: await cluster.waitForLeader() })
      .put('key')
      .value('majority');
    cluster.network.heal();
    // Until it has learnt of the new leader it refuses, as etcd does, but never answers with what is old.
    const client = cluster.client({ member: old });
    const answers = new Set<string | null>();
    await until(async () => {
      const answer = await client
        .get('key')
        .string()
        .catch(() => undefined);
      if (answer !== undefined) answers.add(answer);
      return answer !== undefined;
    });
    expect([...answers]).toEqual(['majority']);
  });

  it('answers though it is slow and loses messages', async () => {
    const cluster = await start({ ...fast, seed: 7 });
    cluster.network.delay({ minMs: 0, maxMs: 5 });
    cluster.network.drop(0.1);
    // What a follower hands on to the leader can be lost as well, and is missed only when the request's time is up.
    const client = cluster.client({ member: await cluster.waitForLeader() });
    for (let index = 0; index < 20; index++) await client.put(`key${index}`).value('value');
    expect(await client.getAll().prefix('key').count()).toBe(20);
  });
});

describe('a virtual clock', () => {
  it('lets leases expire when it is told to, and not before', async () => {
    const cluster = await start({ clock: 'virtual', listen: false });
    const client = cluster.client();
    const { ID } = await client.leaseClient.leaseGrant({ TTL: 60 });
    await client.put('leased').value('value').lease(ID);
    await cluster.clock.advance(50_000);
    expect(await client.get('leased').string()).toBe('value');
    await cluster.clock.advance(15_000);
    expect(await client.get('leased').string()).toBeNull();
  });

  it.each(['memory', 'disk'] as const)(
    'elects another leader within the election timeout, with %s',
    async (storage) => {
      const cluster = await start({ size: 3, clock: 'virtual', listen: false, storage });
      const lost = await cluster.waitForLeader();
      await lost.kill();
      const beforeMs = cluster.clock.nowMs();
      for (let waited = 0; cluster.leader === undefined && waited < 50; waited++) await cluster.clock.advance(100);
      await expect(cluster.waitForLeader()).resolves.toBe(cluster.leader);
      // A follower waits at most twice the election timeout, and a split vote costs as much again.
      expect(cluster.clock.nowMs() - beforeMs).toBeLessThanOrEqual(5000);
    },
  );

  it('does not move while a leader is waited for', async () => {
    const cluster = await start({ size: 1, clock: 'virtual', listen: false });
    await cluster.members[0]?.stop();
    await expect(cluster.waitForLeader({ timeoutMs: 20 })).rejects.toThrow(/until clock.advance\(\) is called/);
  });

  it("is not there where time is the system's", async () => {
    const cluster = await start({});
    expect(cluster.clock.isVirtual).toBe(false);
    await expect(cluster.clock.advance(1)).rejects.toThrow("start it with clock: 'virtual'");
  });
});
