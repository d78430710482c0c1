/** §9.6 and §6.2 of the dissertation: PreVote and CheckQuorum keep servers that were cut off from doing harm. */
import { describe, expect, it } from 'vitest';
import { Cluster, Instance, ofType } from '../harness.ts';

describe('a pre-vote', () => {
  it('changes neither term nor vote, on either side', () => {
    const one = new Instance({ preVote: true, log: [1] });
    const sent = one.tick(10);
    expect(one.node.basicStatus()).toMatchObject({ role: 'preCandidate', term: 1n, vote: 0n });
    expect(ofType(sent, 'MsgPreVote')).toMatchObject([
      { to: 2n, term: 2n, index: 1n, logTerm: 1n },
      { to: 3n, term: 2n },
    ]);
    const voter = new Instance({ id: 2, log: [1] });
    expect(voter.receive('MsgPreVote', { from: 1n, term: 2n, index: 1n, logTerm: 1n })).toMatchObject([
      { type: 'MsgPreVoteResp', to: 1n, term: 2n, reject: false },
    ]);
    expect(voter.node.basicStatus()).toMatchObject({ term: 1n, vote: 0n });
  });

  it.each([
    { answers: [false], role: 'candidate', term: 2n },
    { answers: [true], role: 'preCandidate', term: 1n },
    { answers: [true, true], role: 'follower', term: 1n },
  ])('with refusals $answers makes a $role', ({ answers, role, term }) => {
    const one = new Instance({ preVote: true, log: [1] });
    one.tick(10);
    for (const [i, reject] of answers.entries()) {
      one.receive('MsgPreVoteResp', { from: BigInt(i + 2), term: reject ? 1n : 2n, reject });
    }
    expect([one.role, one.term]).toEqual([role, term]);
  });

  it('of a node with an old log is refused, whatever the term', () => {
    const voter = new Instance({ id: 2, log: [1, 2] });
    expect(voter.receive('MsgPreVote', { from: 1n, term: 9n, index: 5n, logTerm: 1n })).toMatchObject([
      { type: 'MsgPreVoteResp', term: 2n, reject: true },
    ]);
  });

  it('of a node whose term is behind is refused with the term, so that the node follows', () => {
    const voter = new Instance({ id: 2, log: [1], term: 8 });
    const [answer] = voter.receive('MsgPreVote', { from: 1n, term: 3n, index: 1n, logTerm: 1n });
    expect(answer).toMatchObject({ type: 'MsgPreVoteResp', term: 8n, reject: true });
    const one = new Instance({ preVote: true, log: [1], term: 2 });
    one.tick(10);
    one.receive('MsgPreVoteResp', { from: 2n, term: 8n, reject: true });
    expect([one.role, one.term]).toEqual(['follower', 8n]);
  });

  it('does not count in the election after it', () => {
    const one = new Instance({ preVote: true, voters: [1, 2, 3, 4, 5] });
    one.tick(10);
    for (const from of [2n, 3n]) {
      one.receive('MsgPreVoteResp', { from, term: 1n });
    }
    expect(one.role).toBe('candidate');
    for (const from of [4n, 5n]) {
      one.receive('MsgPreVoteResp', { from, term: 1n });
    }
    expect(one.role).toBe('candidate');
  });

  it('[inv 10] lets a node that was cut off come back without an election', () => {
    const cluster = Cluster.ofSize(3, { preVote: true });
    const leader = cluster.elect(1);
    cluster.isolate(3);
    cluster.tick(100);
    leader.propose('x');
    cluster.tick(2);
    cluster.heal();
    cluster.tick(3);
    expect(cluster.instances.map(({ role, term }) => `${role} ${term}`)).toEqual([
      'leader 1',
      'follower 1',
      'follower 1',
    ]);
    expect(cluster.at(3).commit).toBe(2n);
  });

  it('without it such a node brings the leader down', () => {
    const cluster = Cluster.ofSize(3);
    cluster.elect(1);
    cluster.isolate(3);
    cluster.tick(100);
    cluster.heal();
    cluster.tick(20);
    expect(cluster.at(1).term).toBeGreaterThan(1n);
  });
});

describe('the quorum check', () => {
  it('[inv 10] makes a leader step down that hears from no majority for an election timeout', () => {
    const cluster = Cluster.ofSize(3, { checkQuorum: true });
    const leader = cluster.elect(1);
    cluster.tick(30);
    expect(leader.role).toBe('leader');
    cluster.isolate(1);
    cluster.tick(20);
    expect(leader.role).not.toBe('leader');
  });

  it('is satisfied by any message of the followers', () => {
    for (const type of ['MsgAppResp', 'MsgHeartbeatResp'] as const) {
      const one = new Instance({ checkQuorum: true });
      one.elect(2);
      for (let round = 0; round < 5; round++) {
        one.tick(9);
        one.receive(type, { from: 3n, term: 1n });
        one.tick(1);
        expect(one.role).toBe('leader');
      }
      one.tick(10);
      expect(one.role).toBe('follower');
    }
  });

  it('does not count a new member against the leader before it had a chance to speak', () => {
    const one = new Instance({ voters: [1], checkQuorum: true });
    one.elect();
    const addition = { type: 'ConfChangeAddNode', nodeId: 2n, id: 0n, context: new Uint8Array(0) } as const;
    one.node.proposeConfChange(addition);
    one.drain();
    one.tick(10);
    expect(one.role).toBe('leader');
    one.tick(10);
    expect(one.role).toBe('follower');
  });
});

describe('a server that hears from a leader', () => {
  it.each([
    { ticks: 0, type: 'MsgVote', answered: false },
    { ticks: 9, type: 'MsgVote', answered: false },
    { ticks: 9, type: 'MsgPreVote', answered: false },
    { ticks: 10, type: 'MsgVote', answered: true },
    { ticks: 10, type: 'MsgPreVote', answered: true },
  ] as const)('$ticks ticks ago answers a $type: $answered', ({ ticks, type, answered }) => {
    const one = new Instance({ checkQuorum: true, randomInt: () => 9 });
    one.receive('MsgHeartbeat', { from: 2n, term: 1n });
    one.tick(ticks);
    const sent = one.receive(type, { from: 3n, term: 5n });
    expect([sent.length > 0, one.term]).toEqual([answered, answered && type === 'MsgVote' ? 5n : 1n]);
  });

  it('answers all the same when that leader itself has sent the candidate', () => {
    const one = new Instance({ checkQuorum: true });
    one.receive('MsgHeartbeat', { from: 2n, term: 1n });
    const context = new TextEncoder().encode('CampaignTransfer');
    expect(one.receive('MsgVote', { from: 3n, term: 2n, context })).toMatchObject([{ reject: false }]);
  });

  it('answers after it was told to forget the leader', () => {
    const one = new Instance({ checkQuorum: true });
    one.receive('MsgHeartbeat', { from: 2n, term: 1n });
    one.node.forgetLeader();
    expect(one.lead).toBe(0n);
    expect(one.receive('MsgVote', { from: 3n, term: 2n })).toMatchObject([{ reject: false }]);
  });

  it('forgets no leader whose reads depend on its lease, and a leader never forgets itself', () => {
    const one = new Instance({ checkQuorum: true, readOnly: 'leaseBased' });
    one.receive('MsgHeartbeat', { from: 2n, term: 1n });
    one.node.forgetLeader();
    expect(one.lead).toBe(2n);
    const leader = new Instance();
    leader.elect(2);
    leader.node.forgetLeader();
    expect(leader.role).toBe('leader');
  });
});

describe('a node stuck in a later term', () => {
  it('is brought back in by its answer to the leader', () => {
    const cluster = Cluster.ofSize(3, { checkQuorum: true });
    cluster.elect(1);
    cluster.isolate(3);
    cluster.tick(50);
    const stuck = cluster.at(3).term;
    expect(stuck).toBeGreaterThan(1n);
    cluster.heal();
    cluster.tick(40);
    expect(cluster.leader?.term).toBeGreaterThan(stuck);
    expect(new Set(cluster.instances.map(({ lead }) => lead)).size).toBe(1);
  });
});
