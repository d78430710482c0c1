/** §5.2 Leader election. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cluster, Instance, ofType } from '../harness.ts';

describe('starting', () => {
  it('is as a follower', () => {
    expect(new Instance().node.basicStatus()).toMatchObject({ role: 'follower', term: 0n, lead: 0n, vote: 0n });
  });
});

describe('a leader', () => {
  it('sends heartbeats to all followers, in every interval', () => {
    const one = new Instance({ heartbeatTicks: 3 });
    one.elect(2);
    for (let round = 0; round < 3; round++) {
      expect(ofType(one.tick(2), 'MsgHeartbeat')).toEqual([]);
      expect(ofType(one.tick(1), 'MsgHeartbeat')).toMatchObject([
        { to: 2n, term: 1n },
        { to: 3n, term: 1n },
      ]);
    }
  });

  it('prevents elections by them', () => {
    const cluster = Cluster.ofSize(3);
    cluster.elect(1);
    cluster.tick(100);
    expect(cluster.instances.map(({ role, term }) => [role, term])).toEqual([
      ['leader', 1n],
      ['follower', 1n],
      ['follower', 1n],
    ]);
  });
});

describe('a follower or candidate that hears nothing for an election timeout', () => {
  it.each(['follower', 'candidate'] as const)('(%s) becomes a candidate of the next term', (role) => {
    const one = new Instance();
    if (role === 'candidate') {
      one.elect();
    }
    const term = one.term;
    const sent = one.tick(10);
    expect(one.node.basicStatus()).toMatchObject({ role: 'candidate', term: term + 1n, vote: 1n });
    expect(ofType(sent, 'MsgVote')).toMatchObject([
      { to: 2n, term: term + 1n },
      { to: 3n, term: term + 1n },
    ]);
  });

  it('waits anew after every message from the leader', () => {
    const one = new Instance();
    for (let i = 0; i < 5; i++) {
      one.tick(9);
      one.receive('MsgHeartbeat', { from: 2n, term: 1n });
    }
    expect(one.role).toBe('follower');
    one.tick(10);
    expect(one.role).toBe('candidate');
  });

  it('waits anew after it has granted a vote', () => {
    const one = new Instance();
    one.tick(9);
    one.receive('MsgVote', { from: 2n, term: 1n });
    one.tick(9);
    expect(one.role).toBe('follower');
  });
});

describe('the votes of one round', () => {
  // Of the other servers: how many grant, how many refuse; the candidate votes for itself.
  it.each([
    { size: 1, grant: 0, refuse: 0, role: 'leader' },
    { size: 3, grant: 2, refuse: 0, role: 'leader' },
    { size: 3, grant: 1, refuse: 1, role: 'leader' },
    { size: 3, grant: 0, refuse: 1, role: 'candidate' },
    { size: 3, grant: 0, refuse: 2, role: 'follower' },
    { size: 5, grant: 4, refuse: 0, role: 'leader' },
    { size: 5, grant: 2, refuse: 2, role: 'leader' },
    { size: 5, grant: 1, refuse: 0, role: 'candidate' },
    { size: 5, grant: 1, refuse: 2, role: 'candidate' },
    { size: 5, grant: 1, refuse: 3, role: 'follower' },
    { size: 4, grant: 1, refuse: 1, role: 'candidate' },
    { size: 4, grant: 1, refuse: 2, role: 'follower' },
    { size: 4, grant: 2, refuse: 1, role: 'leader' },
  ])('of $size servers, $grant for and $refuse against, make a $role', ({ size, grant, refuse, role }) => {
    const one = new Instance({ voters: Array.from({ length: size }, (_, i) => i + 1) });
    one.elect();
    for (let i = 0; i < grant + refuse; i++) {
      one.receive('MsgVoteResp', { from: BigInt(i + 2), term: 1n, reject: i >= grant });
    }
    expect([one.role, one.term]).toEqual([role, 1n]);
  });

  it('[inv 1] count once for each server, and only those of this term', () => {
    const one = new Instance({ voters: [1, 2, 3, 4, 5] });
    one.elect();
    one.elect();
    for (let i = 0; i < 3; i++) {
      one.receive('MsgVoteResp', { from: 2n, term: 2n });
      one.receive('MsgVoteResp', { from: 3n, term: 1n });
    }
    expect(one.role).toBe('candidate');
    one.receive('MsgVoteResp', { from: 3n, term: 2n });
    expect(one.role).toBe('leader');
  });
});

describe('a server asked for its vote', () => {
  it.each([
    { vote: 0, from: 2n, granted: true },
    { vote: 0, from: 3n, granted: true },
    { vote: 2, from: 2n, granted: true },
    { vote: 3, from: 3n, granted: true },
    { vote: 2, from: 3n, granted: false },
    { vote: 3, from: 2n, granted: false },
    { vote: 1, from: 2n, granted: false },
  ])('having voted for $vote, by $from: $granted', ({ vote, from, granted }) => {
    const one = new Instance({ term: 1, vote });
    expect(one.receive('MsgVote', { from, term: 1n })).toMatchObject([
      { type: 'MsgVoteResp', to: from, term: 1n, reject: !granted },
    ]);
  });

  it('[inv 9] keeps to its vote after a restart', () => {
    const one = new Instance();
    one.receive('MsgVote', { from: 2n, term: 4n });
    const { hardState } = one.storage.initialState();
    const again = new Instance({ term: Number(hardState.term), vote: Number(hardState.vote) });
    expect(again.receive('MsgVote', { from: 3n, term: 4n })).toMatchObject([{ reject: true }]);
    expect(again.receive('MsgVote', { from: 2n, term: 4n })).toMatchObject([{ reject: false }]);
  });

  it('refuses while it knows a leader of that term', () => {
    const one = new Instance();
    one.receive('MsgHeartbeat', { from: 2n, term: 1n });
    expect(one.receive('MsgVote', { from: 3n, term: 1n })).toMatchObject([{ reject: true }]);
  });
});

describe('a candidate that hears from a leader', () => {
  it.each(['MsgApp', 'MsgHeartbeat', 'MsgSnap'] as const)('of its own or a later term, by %s, follows', (type) => {
    for (const term of [1n, 2n]) {
      const one = new Instance();
      one.elect();
      one.receive(type, { from: 2n, term });
      expect(one.node.basicStatus()).toMatchObject({ role: 'follower', term, lead: 2n });
    }
  });
});

describe('the election timeout', () => {
  it('is drawn anew for every election, from one to two times the minimum', () => {
    const drawn = new Set<number>();
    let draws = 0;
    const randomInt = (bound: number): number => draws++ % bound;
    const one = new Instance({ randomInt });
    for (let round = 0; round < 20; round++) {
      const before = one.term;
      let ticks = 0;
      while (one.term === before) {
        one.tick();
        ticks++;
      }
      drawn.add(ticks);
    }
    expect([...drawn].sort((a, b) => a - b)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  it('lets one server time out alone where draws differ, so that split votes end', () => {
    const draws = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(draws, (offsets) => {
        const earliest = Math.min(...offsets);
        fc.pre(offsets.filter((offset) => offset === earliest).length === 1);
        const voters = [1, 2, 3, 4, 5];
        const cluster = new Cluster(voters.map((_, i) => ({ voters, randomInt: () => offsets[i] ?? 0 })));
        cluster.tick(20);
        expect(cluster.leader?.id).toBe(BigInt(offsets.indexOf(earliest) + 1));
        expect(cluster.instances.map(({ term }) => term)).toEqual([1n, 1n, 1n, 1n, 1n]);
      }),
      { numRuns: 50 },
    );
  });
});
