/** §5.4 Safety: who may lead, and what a leader may commit. */
import { describe, expect, it } from 'vitest';
import { Cluster, Instance, ofType } from '../harness.ts';

describe('§5.4.1 a request for a vote', () => {
  it.each([{ log: [1] }, { log: [1, 2] }, { log: [2, 2, 5] }])("tells of the candidate's log: $log", ({ log }) => {
    const one = new Instance({ log });
    const term = one.term + 1n;
    expect(ofType(one.tick(10), 'MsgVote')).toMatchObject(
      [2n, 3n].map((to) => ({ to, term, index: BigInt(log.length), logTerm: BigInt(log.at(-1) ?? 0) })),
    );
  });

  it.each([
    // The same last term.
    { log: [1], logTerm: 1n, index: 1n, granted: true },
    { log: [1], logTerm: 1n, index: 2n, granted: true },
    { log: [1, 1], logTerm: 1n, index: 1n, granted: false },
    // The candidate's last term is later.
    { log: [1], logTerm: 2n, index: 1n, granted: true },
    { log: [1, 1], logTerm: 2n, index: 1n, granted: true },
    // The voter's last term is later.
    { log: [2], logTerm: 1n, index: 1n, granted: false },
    { log: [2], logTerm: 1n, index: 9n, granted: false },
    { log: [2, 1], logTerm: 1n, index: 1n, granted: false },
  ])('of one that ends with $logTerm/$index, to a voter with $log: $granted', ({ log, logTerm, index, granted }) => {
    const one = new Instance({ log, term: 3 });
    expect(one.receive('MsgVote', { from: 2n, term: 4n, logTerm, index })).toMatchObject([
      { type: 'MsgVoteResp', reject: !granted },
    ]);
  });
});

describe('[inv 6] §5.4.2 a leader', () => {
  // The log has entries of the terms 1 and 2; the leader's own, in term 3, is the third.
  it.each([
    { acked: 1n, commit: 0n },
    { acked: 2n, commit: 0n },
    { acked: 3n, commit: 3n },
  ])('commits by counting only in its own term: $acked acknowledged, $commit committed', ({ acked, commit }) => {
    const one = new Instance({ log: [1, 2], term: 2 });
    one.elect(2);
    expect(one.logTerms).toEqual([1, 2, 3]);
    one.receive('MsgAppResp', { from: 2n, term: 3n, index: acked });
    expect(one.commit).toBe(commit);
  });
});

describe('figure 8', () => {
  it('an entry on a majority may still be overwritten, and so is not committed', () => {
    // (a) S1 leads in term 2 and replicates entry 2 to S2 only.
    const cluster = new Cluster([
      { voters: [1, 2, 3, 4, 5], log: [1, 2], term: 2 },
      { voters: [1, 2, 3, 4, 5], log: [1, 2], term: 2 },
      { voters: [1, 2, 3, 4, 5], log: [1], term: 2 },
      { voters: [1, 2, 3, 4, 5], log: [1], term: 2 },
      // (b) S5 was elected in term 3 by S3, S4 and itself, and has another entry 2.
      { voters: [1, 2, 3, 4, 5], log: [1, 3], term: 3 },
    ]);
    // (c) S1 is elected in term 4 and brings entry 2 to S3, a majority; its own entry gets nowhere.
    cluster.isolate(4, 5);
    const base = cluster.loses;
    cluster.loses = (m) => base(m) || (m.type === 'MsgApp' && m.entries.some(({ term }) => term === 4n));
    cluster.at(1).receive('MsgHeartbeat', { from: 5n, term: 3n });
    const leader = cluster.elect(1);
    expect([leader.role, leader.term]).toEqual(['leader', 4n]);
    leader.receive('MsgAppResp', { from: 2n, term: 4n, index: 2n });
    leader.receive('MsgAppResp', { from: 3n, term: 4n, index: 2n });
    expect(leader.commit).toBe(0n);

    // (d) S1 fails; S5 is elected by S3 and S4, whose logs are not newer, and overwrites entry 2.
    cluster.isolate(1);
    cluster.at(5).receive('MsgHeartbeat', { from: 1n, term: 4n });
    cluster.elect(5);
    cluster.tick(2);
    expect(cluster.at(5).role).toBe('leader');
    expect([2, 3, 4].map((id) => cluster.at(id).logTerms)).toEqual([
      [1, 3, 5],
      [1, 3, 5],
      [1, 3, 5],
    ]);
    expect(cluster.at(2).commit).toBe(3n);
  });

  it('[inv 4] with an entry of its own on a majority it is committed, and S5 cannot be elected', () => {
    const cluster = new Cluster([
      { voters: [1, 2, 3, 4, 5], log: [1, 2], term: 3 },
      { voters: [1, 2, 3, 4, 5], log: [1, 2], term: 3 },
      { voters: [1, 2, 3, 4, 5], log: [1], term: 3 },
      { voters: [1, 2, 3, 4, 5], log: [1], term: 3 },
      { voters: [1, 2, 3, 4, 5], log: [1, 3], term: 3 },
    ]);
    // (e) S1 replicates an entry of term 4 to S2 and S3 before it fails.
    cluster.isolate(4, 5);
    cluster.elect(1);
    expect(cluster.at(1).commit).toBe(3n);
    cluster.isolate(1);
    cluster.at(5).receive('MsgHeartbeat', { from: 1n, term: 4n });
    cluster.elect(5);
    expect(cluster.at(5).role).not.toBe('leader');
    // S2 or S3 can, and what was committed stays.
    cluster.elect(3);
    cluster.tick(2);
    expect(cluster.at(5).logTerms).toEqual([1, 2, 4, 6]);
  });
});
