import { afterEach, describe, expect, it } from 'vitest';
import type { Member } from '../../../src/member/index.ts';
import { ANYONE, Lab, peerUrl, put, range, settle, type SomeOptions, valueOf } from './support.ts';

let lab: Lab;
afterEach(() => lab.stop());

/** Adds a member to the cluster and starts it. */
async function join(i: number, isLearner: boolean, options: SomeOptions = {}): Promise<Member> {
  const { members } = await lab.wait(lab.leader.cluster.add({ peerURLs: [peerUrl(i)], isLearner }, ANYONE));
  const initialCluster = new Map(members.map(({ name, peerURLs }) => [name || `m${i}`, peerURLs]));
  return lab.add({ ...lab.options(i), initialCluster, initialClusterState: 'existing', ...options });
}

const valueAt = async (member: Member, key: string, serializable = false): Promise<string | undefined> =>
  valueOf(await lab.wait(member.kv.range(range(key, { serializable }), ANYONE)));

const refusal = async (call: Promise<unknown>): Promise<string> =>
  lab.wait(
    call.then(
      () => 'no refusal',
      (error: unknown) => (error as Error).message,
    ),
  );

describe('a cluster', () => {
  it('grows from one member to three', async () => {
    lab = await Lab.start(1);
    await lab.wait(lab.leader.kv.put(put('a', '1'), ANYONE));
    for (const i of [1, 2]) {
      const member = await join(i, false);
      await lab.wait(member.whenReady);
      await lab.pass(6000);
    }
    for (const member of lab.members) expect(await valueAt(member, 'a')).toBe('1');
    const lists = await Promise.all(
      lab.members.map((member) => lab.wait(member.cluster.list({ linearizable: true }, ANYONE))),
    );
    for (const { members } of lists) {
      expect(members.map(({ name }) => name).sort()).toEqual(['m0', 'm1', 'm2']);
      expect(members.every(({ clientURLs }) => clientURLs.length === 1)).toBe(true);
    }
  });

  it('decides on its version when all members have told theirs, and stores in that of the cluster', async () => {
    lab = await Lab.start(3);
    await lab.pass(5000);
    for (const member of lab.members) {
      const status = await lab.wait(member.maintenance.status(ANYONE));
      expect(status).toMatchObject({ version: '3.7.1', storageVersion: '3.7.0', leader: lab.leader.id, errors: [] });
    }
  });

  it('takes a member out, which stops by itself', async () => {
    lab = await Lab.start(3);
    await lab.pass(6000);
    const [gone] = lab.followers;
    const { members } = await lab.wait(lab.leader.cluster.remove({ ID: gone!.id }, ANYONE));
    expect(members).toHaveLength(2);
    await lab.pass(1000);
    expect((await lab.wait(gone!.whenEnded)).message).toContain('permanently removed');
    await lab.wait(gone!.stop());
    lab.members.splice(lab.members.indexOf(gone!), 1);
    await lab.wait(lab.leader.kv.put(put('a', '1'), ANYONE));
  });

  it('[inv 12] does not take back an id that was removed', async () => {
    lab = await Lab.start(1, {});
    const added = await lab.wait(lab.leader.cluster.add({ peerURLs: [peerUrl(1)], isLearner: true }, ANYONE));
    await lab.wait(lab.leader.cluster.remove({ ID: added.member!.ID }, ANYONE));
    // Within the same second it would have the same id.
    expect(await refusal(lab.leader.cluster.add({ peerURLs: [peerUrl(1)], isLearner: true }, ANYONE))).toBe(
      'etcdserver: member not found',
    );
    await lab.pass(1100);
    const again = await lab.wait(lab.leader.cluster.add({ peerURLs: [peerUrl(1)], isLearner: true }, ANYONE));
    expect(again.member!.ID).not.toBe(added.member!.ID);
  });

  it('[inv 11] makes one change of the membership at a time', async () => {
    lab = await Lab.start(1);
    const add = (i: number): Promise<string> =>
      refusal(lab.leader.cluster.add({ peerURLs: [peerUrl(i)], isLearner: true }, ANYONE));
    const outcomes = await Promise.all([add(1), add(2)]);
    // The second does not enter the log while the first is under way: it is as if it had been lost.
    expect(outcomes).toContain('no refusal');
    const { members } = await lab.wait(lab.leader.cluster.list({ linearizable: true }, ANYONE));
    expect(members.length).toBeLessThanOrEqual(2);
  });

  it('tells of other peer URLs', async () => {
    lab = await Lab.start(3);
    const [member] = lab.followers;
    await lab.wait(lab.leader.cluster.update({ ID: member!.id, peerURLs: ['http://moved:1'] }, ANYONE));
    const { members } = await lab.wait(member!.cluster.list({ linearizable: true }, ANYONE));
    expect(members.find(({ ID }) => ID === member!.id)?.peerURLs).toEqual(['http://moved:1']);
  });

  it.each([
    ['the URL of another member', { peerURLs: [peerUrl(0)], isLearner: false }, 'etcdserver: Peer URLs already exists'],
    ['no URL', { peerURLs: [], isLearner: false }, 'etcdserver: given member URLs are invalid'],
    [
      'a URL with a path',
      { peerURLs: ['http://a:1/x'], isLearner: false },
      'etcdserver: given member URLs are invalid',
    ],
  ])('refuses to add a member with %s', async (_what, request, message) => {
    lab = await Lab.start(1);
    expect(await refusal(lab.leader.cluster.add(request, ANYONE))).toBe(message);
  });

  it.each([
    ['remove', (member: Member) => member.cluster.remove({ ID: 1n }, ANYONE)],
    ['update', (member: Member) => member.cluster.update({ ID: 1n, peerURLs: ['http://a:1'] }, ANYONE)],
    ['promote', (member: Member) => member.cluster.promote({ ID: 1n }, ANYONE)],
  ])('does not know whom to %s', async (_what, call) => {
    lab = await Lab.start(1);
    expect(await refusal(call(lab.leader))).toBe('etcdserver: member not found');
  });

  it('[inv 43] does not add a member to a cluster that is not whole, nor one that would outvote those that started', async () => {
    lab = await Lab.start(3);
    await lab.pass(6000);
    lab.network.cut(lab.followers[0]!.id);
    await lab.pass(100);
    expect(await refusal(lab.leader.cluster.add({ peerURLs: [peerUrl(7)], isLearner: false }, ANYONE))).toBe(
      'etcdserver: unhealthy cluster',
    );
    lab.network.heal();
    await lab.pass(7000);
    expect(await refusal(lab.leader.cluster.add({ peerURLs: [peerUrl(7)], isLearner: false }, ANYONE))).toBe(
      'no refusal',
    );
    // Four voters of which three have started: a fifth that has not is one too many for a majority of three.
    expect(await refusal(lab.leader.cluster.add({ peerURLs: [peerUrl(8)], isLearner: false }, ANYONE))).toBe(
      'no refusal',
    );
    expect(await refusal(lab.leader.cluster.add({ peerURLs: [peerUrl(9)], isLearner: false }, ANYONE))).toBe(
      'etcdserver: re-configuration failed due to not enough started members',
    );
  });
});

describe('[inv 42] a learner', () => {
  it('has no vote, answers serializable ranges and status alone, and becomes a voter when it has caught up', async () => {
    lab = await Lab.start(1);
    await lab.wait(lab.leader.kv.put(put('a', '1'), ANYONE));
    const leader = lab.leader;
    const learner = await join(1, true);
    // It knows so before its log does.
    expect(learner.isLearner()).toBe(true);
    await lab.until(() => learner.hasLeader());
    await lab.wait(learner.whenReady);
    expect(await valueAt(learner, 'a', true)).toBe('1');
    expect((await lab.wait(learner.maintenance.status(ANYONE))).isLearner).toBe(true);
    const refused = 'etcdserver: rpc not supported for learner';
    expect(await refusal(learner.kv.range(range('a'), ANYONE))).toBe(refused);
    expect(await refusal(learner.kv.put(put('a', '2'), ANYONE))).toBe(refused);
    expect(await refusal(learner.lease.leases(ANYONE))).toBe(refused);
    expect(await refusal(leader.maintenance.moveLeader({ targetID: learner.id }, ANYONE))).toBe(
      'etcdserver: bad leader transferee',
    );
    expect(await refusal(leader.cluster.add({ peerURLs: [peerUrl(2)], isLearner: true }, ANYONE))).toBe(
      'etcdserver: too many learner members in cluster',
    );
    // What tells of other URLs says nothing of votes.
    await lab.wait(leader.cluster.update({ ID: learner.id, peerURLs: [peerUrl(1)] }, ANYONE));
    expect(learner.isLearner()).toBe(true);
    await lab.wait(leader.cluster.promote({ ID: learner.id }, ANYONE));
    await lab.until(() => !learner.isLearner());
    await lab.wait(learner.kv.put(put('a', '2'), ANYONE));
    expect(await refusal(leader.cluster.promote({ ID: learner.id }, ANYONE))).toBe(
      'etcdserver: can only promote a learner member',
    );
  });

  it('is not promoted while it is behind', async () => {
    lab = await Lab.start(1);
    for (let i = 0; i < 50; i++) await lab.wait(lab.leader.kv.put(put('a', String(i)), ANYONE));
    const added = await lab.wait(lab.leader.cluster.add({ peerURLs: [peerUrl(1)], isLearner: true }, ANYONE));
    expect(await refusal(lab.leader.cluster.promote({ ID: added.member!.ID }, ANYONE))).toBe(
      'etcdserver: can only promote a learner member which is in sync with leader',
    );
  });

  it('is promoted by way of any member', async () => {
    lab = await Lab.start(3);
    await lab.pass(6000);
    const learner = await join(3, true);
    await lab.wait(learner.whenReady);
    await lab.wait(lab.followers.find((member) => member !== learner)!.cluster.promote({ ID: learner.id }, ANYONE));
    await lab.until(() => !learner.isLearner());
  });
});

describe('leadership', () => {
  it('is moved to the member that is asked for', async () => {
    lab = await Lab.start(3);
    const [target, other] = lab.followers;
    expect(await refusal(other!.maintenance.moveLeader({ targetID: target!.id }, ANYONE))).toBe(
      'etcdserver: not leader',
    );
    await lab.wait(lab.leader.maintenance.moveLeader({ targetID: target!.id }, ANYONE));
    expect(lab.leader).toBe(target);
  });

  it('is handed over by a leader that stops', async () => {
    lab = await Lab.start(3);
    const { leader } = lab;
    const startMs = lab.clock.nowMs();
    await lab.wait(leader.stop());
    lab.members.splice(lab.members.indexOf(leader), 1);
    expect(lab.members.every((member) => member.hasLeader() && member.leaderId !== leader.id)).toBe(true);
    expect(lab.clock.nowMs() - startMs).toBeLessThan(900);
  });

  it('leaves a member that is cut off, and is told of', async () => {
    lab = await Lab.start(3);
    const { leader } = lab;
    const heard: boolean[] = [];
    leader.onLeaderChange(() => heard.push(leader.hasLeader()));
    lab.network.cut(leader.id);
    await lab.until(() => !leader.hasLeader());
    await lab.until(() => lab.members.some((member) => member !== leader && member.leaderId === member.id));
    lab.network.heal();
    await lab.until(() => leader.hasLeader());
    expect(heard).toEqual([false, true]);
  });

  it('leaves no timer behind when all members stop', async () => {
    lab = await Lab.start(3);
    for (const member of lab.members.splice(0)) await lab.wait(member.stop());
    await settle();
    expect(lab.clock.pending).toBe(0);
  });
});

describe('a member that was removed', () => {
  it('hears of it from the others when it missed the message', async () => {
    lab = await Lab.start(3);
    await lab.pass(6000);
    const [gone] = lab.followers;
    lab.network.cut(gone!.id);
    await lab.wait(lab.leader.cluster.remove({ ID: gone!.id }, ANYONE));
    lab.network.heal();
    expect((await lab.wait(gone!.whenEnded)).message).toContain('permanently removed');
  });
});
