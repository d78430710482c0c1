/** §8 Client interaction (chapters 3.10 and 6 of the dissertation): reads and transfers of leadership. */
import { describe, expect, it } from 'vitest';
import { NO_BYTES } from '../../../src/raft/index.ts';
import { Cluster, codeOf, type InstanceOptions, Instance, ofType } from '../harness.ts';

const utf8 = new TextEncoder();

function reads(instance: Instance): string[] {
  return instance.readStates.map(({ index, context }) => `${new TextDecoder().decode(context)}@${index}`);
}

function read(instance: Instance, name: string): void {
  instance.node.readIndex(utf8.encode(name));
}

describe('a new leader', () => {
  it('commits an empty entry at once, to know what is committed', () => {
    const cluster = Cluster.ofSize(3, { log: [1, 1], term: 1 });
    const leader = cluster.elect(1);
    expect([leader.commit, leader.applied.length, leader.applied.at(-1)?.data]).toEqual([3n, 3, NO_BYTES]);
  });

  it('[inv 23] answers no read before that is committed', () => {
    const one = new Instance({ log: [1, 1], commit: 1 });
    one.elect(2);
    read(one, 'r');
    expect(ofType(one.drain(), 'MsgHeartbeat')).toEqual([]);
    const sent = one.receive('MsgAppResp', { from: 2n, term: 2n, index: 3n });
    const [beat] = ofType(sent, 'MsgHeartbeat');
    expect(reads(one)).toEqual([]);
    one.receive('MsgHeartbeatResp', { from: 2n, term: 2n, context: beat?.context ?? NO_BYTES });
    expect(reads(one)).toEqual(['r@3']);
  });

  it('[inv 23] forgets the reads of a leadership that is over', () => {
    const one = new Instance({ log: [1] });
    one.elect(2);
    read(one, 'old');
    one.receive('MsgHeartbeat', { from: 3n, term: 5n });
    one.elect(2);
    one.receive('MsgAppResp', { from: 2n, term: 6n, index: 3n });
    one.receive('MsgAppResp', { from: 3n, term: 6n, index: 3n });
    one.tick(1);
    expect(reads(one)).toEqual([]);
  });
});

describe('a read', () => {
  it.each([
    { at: 1, size: 3 },
    { at: 2, size: 3 },
    { at: 1, size: 1 },
    { at: 4, size: 5 },
  ])('asked of node $at of $size is answered with the commit index', ({ at, size }) => {
    const cluster = Cluster.ofSize(size);
    cluster.elect(1);
    cluster.at(1).node.propose(utf8.encode('x'));
    cluster.settle();
    read(cluster.at(at), 'r');
    cluster.settle();
    expect(reads(cluster.at(at))).toEqual(['r@2']);
  });

  it('[inv 23] is not answered by a leader that no quorum confirms', () => {
    const cluster = Cluster.ofSize(5);
    const leader = cluster.elect(1);
    cluster.isolate(3, 4, 5);
    read(leader, 'r');
    cluster.tick(3);
    expect(reads(leader)).toEqual([]);
    cluster.heal();
    cluster.tick();
    expect(reads(leader)).toEqual(['r@1']);
  });

  it('is confirmed by heartbeats sent after it, not by earlier ones', () => {
    const one = new Instance();
    one.elect(2);
    one.receive('MsgAppResp', { from: 2n, term: 1n, index: 1n });
    read(one, 'first');
    const [early] = ofType(one.drain(), 'MsgHeartbeat');
    one.propose('x');
    one.receive('MsgAppResp', { from: 2n, term: 1n, index: 2n });
    read(one, 'second');
    one.drain();
    one.receive('MsgHeartbeatResp', { from: 2n, term: 1n, context: early?.context ?? NO_BYTES });
    expect(reads(one)).toEqual(['first@1']);
  });

  it('is confirmed with all before it by one answer', () => {
    const one = new Instance();
    one.elect(2);
    one.receive('MsgAppResp', { from: 2n, term: 1n, index: 1n });
    for (let i = 0; i < 100; i++) {
      read(one, `r${i}`);
    }
    const last = ofType(one.drain(), 'MsgHeartbeat').at(-1);
    one.receive('MsgHeartbeatResp', { from: 3n, term: 1n, context: last?.context ?? NO_BYTES });
    expect(reads(one)).toEqual(Array.from({ length: 100 }, (_, i) => `r${i}@1`));
  });

  it('in a joint configuration needs both majorities', () => {
    const one = new Instance({ voters: [1, 2, 3], disableConfChangeValidation: true });
    one.elect(2);
    one.receive('MsgAppResp', { from: 2n, term: 1n, index: 1n });
    const changes = [4n, 5n].map((nodeId) => ({ type: 'ConfChangeAddNode', nodeId }) as const);
    one.node.applyConfChange({ transition: 'ConfChangeTransitionJointExplicit', changes, context: NO_BYTES });
    read(one, 'r');
    const context = ofType(one.drain(), 'MsgHeartbeat').at(-1)?.context ?? NO_BYTES;
    one.receive('MsgHeartbeatResp', { from: 4n, term: 1n, context });
    one.receive('MsgHeartbeatResp', { from: 5n, term: 1n, context });
    expect(reads(one)).toEqual([]);
    one.receive('MsgHeartbeatResp', { from: 2n, term: 1n, context });
    expect(reads(one)).toEqual(['r@1']);
  });

  it('is not answered by the old word of a leader that was removed, with one voter left', () => {
    const one = new Instance({ voters: [1, 2] });
    one.elect(2);
    one.receive('MsgAppResp', { from: 2n, term: 1n, index: 1n });
    one.node.applyConfChange({ id: 0n, type: 'ConfChangeRemoveNode', nodeId: 1n, context: NO_BYTES });
    expect(one.role).toBe('leader');
    // Node 2 may have elected itself by now, and committed more.
    read(one, 'r');
    const [beat] = ofType(one.drain(), 'MsgHeartbeat');
    expect(reads(one)).toEqual([]);
    one.receive('MsgHeartbeatResp', { from: 2n, term: 1n, context: beat?.context ?? NO_BYTES });
    expect(reads(one)).toEqual(['r@1']);
  });

  it('is not answered by a single voter that does not know yet what it had committed before a restart', () => {
    const one = new Instance({ voters: [1], log: [1, 1, 1], commit: 1 });
    one.node.campaign();
    one.node.ready();
    one.node.advance();
    expect(one.role).toBe('leader');
    read(one, 'r');
    expect(one.node.ready().readStates).toEqual([]);
    one.storage.append([{ term: 2n, index: 4n, type: 'EntryNormal', data: NO_BYTES }]);
    one.node.advance();
    one.drain();
    expect(reads(one)).toEqual(['r@4']);
  });

  it('by lease is answered at once, and by a leader that was deposed unawares wrongly so: hence the quorum check', () => {
    const options: InstanceOptions = { readOnly: 'leaseBased', checkQuorum: true };
    const cluster = Cluster.ofSize(3, options);
    const leader = cluster.elect(1);
    cluster.isolate(1);
    read(leader, 'r');
    leader.drain();
    expect(reads(leader)).toEqual(['r@1']);
    // No other can be elected before this one has given up.
    cluster.tick(9);
    expect(cluster.instances.filter(({ role }) => role === 'leader').map(({ id }) => id)).toEqual([1n]);
    cluster.tick(11);
    expect(leader.role).not.toBe('leader');
    cluster.tick(20);
    expect(cluster.leader?.id).not.toBe(1n);
    read(leader, 'late');
    cluster.settle();
    expect(reads(leader)).toEqual(['r@1']);
  });
});

describe('a transfer of leadership (§3.10)', () => {
  it.each([{ preVote: false }, { preVote: true, checkQuorum: true }])(
    'succeeds at once to a node that is up to date: %o',
    (options) => {
      const cluster = Cluster.ofSize(3, options);
      cluster.elect(1).node.transferLeader(2n);
      cluster.settle();
      expect(cluster.instances.map(({ role }) => role)).toEqual(['follower', 'leader', 'follower']);
    },
  );

  it('brings the other up to date first', () => {
    const cluster = Cluster.ofSize(3);
    const leader = cluster.elect(1);
    cluster.isolate(3);
    leader.node.propose(utf8.encode('x'));
    cluster.settle();
    cluster.heal();
    leader.node.transferLeader(3n);
    cluster.tick(3);
    expect([cluster.at(3).role, cluster.at(3).logTerms]).toEqual(['leader', [1, 1, 2]]);
  });

  it('refuses proposals meanwhile, and takes them again after an election timeout', () => {
    const cluster = Cluster.ofSize(3);
    const leader = cluster.elect(1);
    cluster.isolate(3);
    leader.node.transferLeader(3n);
    expect(codeOf(() => leader.node.propose(NO_BYTES))).toBe('proposalDropped');
    expect(leader.node.basicStatus().leadTransferee).toBe(3n);
    cluster.tick(9);
    expect(codeOf(() => leader.node.propose(NO_BYTES))).toBe('proposalDropped');
    cluster.tick(1);
    expect(codeOf(() => leader.node.propose(NO_BYTES))).toBe(undefined);
    expect(leader.node.basicStatus()).toMatchObject({ role: 'leader', leadTransferee: 0n });
  });

  it('does not begin to a learner, a stranger or the leader itself', () => {
    const voters = [1, 2];
    const cluster = new Cluster([1, 2, 3].map(() => ({ voters, learners: [3] })));
    const leader = cluster.elect(1);
    for (const to of [1n, 3n, 9n]) {
      leader.node.transferLeader(to);
      expect(leader.node.basicStatus().leadTransferee).toBe(0n);
    }
  });

  it('can be asked of any node that knows the leader', () => {
    const cluster = Cluster.ofSize(3);
    cluster.elect(1);
    cluster.at(3).node.transferLeader(2n);
    cluster.settle();
    expect(cluster.at(2).role).toBe('leader');
  });

  it('ends with the leadership', () => {
    const cluster = Cluster.ofSize(3);
    const leader = cluster.elect(1);
    cluster.isolate(2);
    leader.node.transferLeader(2n);
    cluster.elect(3);
    cluster.elect(1);
    expect(leader.node.basicStatus()).toMatchObject({ role: 'leader', leadTransferee: 0n });
  });
});
