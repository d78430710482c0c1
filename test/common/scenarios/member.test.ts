/** Members: listing, adding, learners, promoting, updating, removing; leadership and quorum. */
import { expect, it } from 'vitest';
import { bounds, type Kit, refusal } from '../harness/kit.ts';
import { describeAlone, type Scene } from '../harness/scenario.ts';
import { until } from '../../support/until.ts';

const PEER = 'http://127.0.0.1:1';
const OTHER_PEER = 'http://127.0.0.1:2';
const UNHEALTHY = [14, 'etcdserver: unhealthy cluster'] as const;
/** The table of codes has forgotten this one. */
const NOT_ENOUGH = [2, 'etcdserver: re-configuration failed due to not enough started members'] as const;

const list = async (client: Kit) => (await client.raw.cluster.memberList({}, bounds())).members;
const statusOf = (client: Kit) => client.raw.maintenance.status(bounds());

describeAlone('one member', (scene: Scene) => {
  it('lists itself', async () => {
    await scene.start();
    const client = await scene.client();
    const members = await list(client);
    expect(members).toMatchObject([{ name: 'm1', isLearner: false }]);
    expect(members[0]!.clientURLs).toEqual([`http://${scene.cluster.endpoints[0]}`]);
    expect(members[0]!.peerURLs).toHaveLength(1);
    const serializable = await client.raw.cluster.memberList({ linearizable: false }, bounds());
    expect(serializable.members).toEqual(members);
  });

  it('[inv 42] adds a learner, once, and does not promote it before it has caught up', async () => {
    await scene.start();
    const client = await scene.client();
    const { member, members } = await client.raw.cluster.memberAdd({ peerURLs: [PEER], isLearner: true }, bounds());
    expect(member).toMatchObject({ name: '', peerURLs: [PEER], clientURLs: [], isLearner: true });
    expect(members.map(({ ID }) => ID)).toContain(member!.ID);
    expect(await refusal(client.raw.cluster.memberAdd({ peerURLs: [OTHER_PEER], isLearner: true }, bounds()))).toEqual([
      9,
      'etcdserver: too many learner members in cluster',
    ]);
    expect(await refusal(client.raw.cluster.memberAdd({ peerURLs: [OTHER_PEER, PEER] }, bounds()))).toEqual([
      9,
      'etcdserver: Peer URLs already exists',
    ]);
    expect(await refusal(client.raw.cluster.memberPromote({ ID: member!.ID }, bounds()))).toEqual([
      9,
      'etcdserver: can only promote a learner member which is in sync with leader',
    ]);
    // A learner has no vote: writes go on.
    await client.put('k');
    await client.raw.cluster.memberUpdate({ ID: member!.ID, peerURLs: [OTHER_PEER] }, bounds());
    expect((await list(client)).find(({ ID }) => ID === member!.ID)).toMatchObject({
      peerURLs: [OTHER_PEER],
      // Older releases lose sight of that here.
      isLearner: scene.since('3.7'),
    });
    await client.raw.cluster.memberRemove({ ID: member!.ID }, bounds());
    expect(await list(client)).toHaveLength(1);
  });

  it('refuses members that are not there, and URLs that are none', async () => {
    await scene.start();
    const client = await scene.client();
    const { cluster } = client.raw;
    const missing = [5, 'etcdserver: member not found'] as const;
    expect(await refusal(cluster.memberRemove({ ID: 0x42n }, bounds()))).toEqual(missing);
    expect(await refusal(cluster.memberUpdate({ ID: 0x42n, peerURLs: [PEER] }, bounds()))).toEqual(missing);
    expect(await refusal(cluster.memberPromote({ ID: 0x42n }, bounds()))).toEqual(missing);
    const own = (await list(client))[0]!.ID;
    expect(await refusal(cluster.memberPromote({ ID: own }, bounds()))).toEqual([
      9,
      'etcdserver: can only promote a learner member',
    ]);
    expect(await refusal(cluster.memberAdd({ peerURLs: ['nonsense'] }, bounds()))).toEqual([
      3,
      'etcdserver: given member URLs are invalid',
    ]);
  });

  it('[inv 43] cannot be removed, and cannot be outvoted by members that never started', async () => {
    await scene.start();
    const client = await scene.client();
    const own = (await list(client))[0]!.ID;
    expect(await refusal(client.raw.cluster.memberRemove({ ID: own }, bounds()))).toEqual(NOT_ENOUGH);
    const { member } = await client.raw.cluster.memberAdd({ peerURLs: [PEER] }, bounds());
    expect(member).toMatchObject({ isLearner: false });
  });
});

describeAlone('three members', (scene: Scene) => {
  const everyone = { members: [0, 1, 2] };

  it('agree on who they are and who leads', async () => {
    await scene.start({ members: 3 });
    const clients = await Promise.all([0, 1, 2].map((index) => scene.client({ members: [index] })));
    const statuses = await Promise.all(clients.map(statusOf));
    const ids = statuses.map(({ header }) => header!.member_id);
    expect(new Set(ids).size).toBe(3);
    expect(new Set(statuses.map(({ leader }) => leader)).size).toBe(1);
    expect(ids).toContain(statuses[0]!.leader);
    expect(new Set(statuses.map(({ header }) => header!.cluster_id)).size).toBe(1);
    const lists = await Promise.all(clients.map(list));
    expect(lists[0]!.map(({ name }) => name).sort()).toEqual(['m1', 'm2', 'm3']);
    expect(lists[1]).toEqual(lists[0]);
    expect(lists[2]).toEqual(lists[0]);
  });

  it('hand leadership over to whom it is asked of the leader alone', async () => {
    await scene.start({ members: 3 });
    const clients = await Promise.all([0, 1, 2].map((index) => scene.client({ members: [index] })));
    const statuses = await Promise.all(clients.map(statusOf));
    const leading = statuses.findIndex(({ header, leader }) => header!.member_id === leader);
    const target = statuses[(leading + 1) % 3]!.header!.member_id;
    const other = clients[(leading + 2) % 3]!;
    expect(await refusal(other.raw.maintenance.moveLeader({ targetID: target }, bounds()))).toEqual([
      9,
      'etcdserver: not leader',
    ]);
    await clients[leading]!.raw.maintenance.moveLeader({ targetID: target }, bounds());
    for (const client of clients) await until(async () => (await statusOf(client)).leader === target);
    await other.put('k');
  });

  it('find another leader when theirs is killed, and take it back as a follower', async () => {
    const { kill, restart } = await scene.start({ members: 3 });
    const clients = await Promise.all([0, 1, 2].map((index) => scene.client({ members: [index] })));
    const statuses = await Promise.all(clients.map(statusOf));
    const leading = statuses.findIndex(({ header, leader }) => header!.member_id === leader);
    const [one, two] = [0, 1, 2].filter((index) => index !== leading) as [number, number];
    await kill(leading);
    const survivors = await scene.client({ members: [one, two] });
    await until(async () => {
      const { leader } = await statusOf(clients[one]!);
      return leader !== 0n && leader !== statuses[leading]!.leader;
    });
    await survivors.put('k', 'after');
    await restart(leading);
    const back = await scene.client({ members: [leading] });
    expect(await back.value('k')).toBe('after');
    expect((await statusOf(back)).leader).toBe((await statusOf(clients[one]!)).leader);
  }, 40_000);

  it('[inv 24] without a quorum still read what they have, if that is enough, and nothing else', async () => {
    const { kill } = await scene.start({ members: 3 });
    await (await scene.client(everyone)).put('k', 'v');
    const client = await scene.client({ members: [0] });
    await until(async () => (await client.value('k', { serializable: true })) === 'v');
    await Promise.all([kill(1), kill(2)]);
    expect(await client.value('k', { serializable: true })).toBe('v');
    const short = bounds(1500);
    const failures = await Promise.all([
      refusal(client.raw.kv.range({ key: Buffer.from('k') }, short)),
      refusal(client.raw.kv.put({ key: Buffer.from('k') }, short)),
    ]);
    for (const [, message] of failures) expect(message).toMatch(/context deadline exceeded|request timed out/);
    expect(await client.value('k', { serializable: true })).toBe('v');
  }, 30_000);

  it('[inv 43] are not changed while one of them is down', async () => {
    const { kill } = await scene.start({ members: 3 });
    const client = await scene.client({ members: [0] });
    const members = await list(client);
    await kill(2);
    await client.put('k');
    const added = refusal(client.raw.cluster.memberAdd({ peerURLs: [PEER] }, bounds()));
    expect(await added).toEqual(UNHEALTHY);
    // Removing the very one that is down helps, once the others have been together for a while.
    const down = members.find(({ name }) => name === 'm3')!.ID;
    await until(
      async () => (await client.raw.cluster.memberRemove({ ID: down }, bounds()).catch(() => false)) !== false,
    );
    expect((await list(client)).map(({ name }) => name).sort()).toEqual(['m1', 'm2']);
    await client.put('k', 'two');
  }, 40_000);
});
