/** §5.3 Log replication. */
import { describe, expect, it } from 'vitest';
import { Cluster, entriesOf, Instance, ofType, texts } from '../harness.ts';

/** A leader of term 1 whose first, empty entry is acknowledged by all. */
function settledLeader(size = 3): Instance {
  const voters = Array.from({ length: size }, (_, i) => i + 1);
  const one = new Instance({ voters });
  one.elect(...voters.slice(1));
  for (const from of voters.slice(1)) {
    one.receive('MsgAppResp', { from: BigInt(from), term: 1n, index: 1n });
  }
  expect(one.commit).toBe(1n);
  one.applied.length = 0;
  return one;
}

describe('a leader', () => {
  it('appends a command to its log and sends it to all, with what comes before it', () => {
    const one = settledLeader();
    const sent = ofType(one.propose('x'), 'MsgApp');
    expect(sent).toMatchObject([
      { to: 2n, term: 1n, index: 1n, logTerm: 1n, commit: 1n },
      { to: 3n, term: 1n, index: 1n, logTerm: 1n, commit: 1n },
    ]);
    expect(sent.map(({ entries }) => texts(entries))).toEqual([['x'], ['x']]);
    expect(one.logTerms).toEqual([1, 1]);
  });

  it('commits and applies a command once a majority has it, and tells the others', () => {
    const one = settledLeader();
    one.propose('x');
    expect([one.commit, texts(one.applied)]).toEqual([1n, []]);
    const sent = one.receive('MsgAppResp', { from: 2n, term: 1n, index: 2n });
    expect([one.commit, texts(one.applied)]).toEqual([2n, ['x']]);
    expect(ofType(sent, 'MsgApp')).toMatchObject([
      { to: 2n, commit: 2n },
      { to: 3n, commit: 2n },
    ]);
  });

  it.each([
    { size: 1, acks: [], commits: true },
    { size: 3, acks: [], commits: false },
    { size: 3, acks: [2], commits: true },
    { size: 3, acks: [2, 3], commits: true },
    { size: 5, acks: [2], commits: false },
    { size: 5, acks: [2, 3], commits: true },
    { size: 5, acks: [4, 5], commits: true },
    { size: 5, acks: [2, 3, 4, 5], commits: true },
  ])('of $size servers commits with acknowledgements of $acks: $commits', ({ size, acks, commits }) => {
    const one = settledLeader(size);
    one.propose('x');
    for (const from of acks) {
      one.receive('MsgAppResp', { from: BigInt(from), term: 1n, index: 2n });
    }
    expect(one.commit).toBe(commits ? 2n : 1n);
  });

  it.each([{ log: [] }, { log: [2] }, { log: [1, 2] }, { log: [1] }])(
    'commits all entries before, also those of earlier leaders: $log',
    ({ log }) => {
      const one = new Instance({ log, term: 2 });
      one.elect(2);
      one.propose('x');
      one.receive('MsgAppResp', { from: 2n, term: 3n, index: BigInt(log.length + 2) });
      expect(one.applied.map(({ term }) => Number(term))).toEqual([...log, 3, 3]);
    },
  );

  it('repeats an append until it is acknowledged', () => {
    const one = settledLeader();
    one.propose('x');
    // The append to 3 is lost; its answers to heartbeats make the leader try again.
    one.node.reportUnreachable(3n);
    const sent = one.receive('MsgHeartbeatResp', { from: 3n, term: 1n });
    expect(ofType(sent, 'MsgApp').map(({ to, entries }) => [to, texts(entries)])).toEqual([[3n, ['x']]]);
  });

  it('[inv 2] never changes its own log but by appending', () => {
    const one = settledLeader();
    one.propose('a', 'b');
    const before = one.logTerms;
    one.receive('MsgAppResp', { from: 2n, term: 1n, index: 1n, reject: true, rejectHint: 0n });
    one.receive('MsgAppResp', { from: 3n, term: 1n, index: 3n });
    one.propose('c');
    expect(one.logTerms).toEqual([...before, 1]);
  });
});

describe('a follower', () => {
  it.each([
    { entries: [1], commit: 1 },
    { entries: [1, 1], commit: 2 },
    { entries: [1, 1], commit: 1 },
    { entries: [1, 1, 1], commit: 3 },
  ])('applies what the leader has committed, in order: $entries, $commit', ({ entries, commit }) => {
    const one = new Instance({ term: 1 });
    one.receive('MsgApp', { from: 2n, term: 1n, entries: entriesOf(1, entries), commit: BigInt(commit) });
    expect(one.commit).toBe(BigInt(commit));
    expect(one.applied.map(({ index }) => Number(index))).toEqual(
      entriesOf(1, entries)
        .slice(0, commit)
        .map(({ index }) => Number(index)),
    );
  });

  it('does not commit what it does not have, though the leader has', () => {
    const one = new Instance({ term: 1 });
    one.receive('MsgApp', { from: 2n, term: 1n, entries: entriesOf(1, [1]), commit: 9n });
    expect(one.commit).toBe(1n);
  });

  // It has 1/1 and 2/2, of which the first is committed.
  it.each([
    { term: 0n, index: 0n, answer: { index: 1n, reject: false } },
    { term: 1n, index: 1n, answer: { index: 1n, reject: false } },
    { term: 2n, index: 2n, answer: { index: 2n, reject: false } },
    { term: 1n, index: 2n, answer: { index: 2n, reject: true, rejectHint: 1n, logTerm: 1n } },
    { term: 3n, index: 3n, answer: { index: 3n, reject: true, rejectHint: 2n, logTerm: 2n } },
  ])('refuses entries that do not follow its own: after $term/$index', ({ term, index, answer }) => {
    const one = new Instance({ log: [1, 2], commit: 1 });
    one.receive('MsgHeartbeat', { from: 2n, term: 2n });
    expect(one.receive('MsgApp', { from: 2n, term: 2n, index, logTerm: term })).toMatchObject([
      { type: 'MsgAppResp', to: 2n, term: 2n, ...answer },
    ]);
  });

  it.each([
    { prev: [2, 2], add: [3], log: [1, 2, 3], stored: 'adds what is new' },
    { prev: [1, 1], add: [3, 4], log: [1, 3, 4], stored: 'deletes what conflicts and all after it' },
    { prev: [0, 0], add: [1], log: [1, 2], stored: 'keeps what it has already' },
    { prev: [0, 0], add: [3], log: [3], stored: 'deletes all that conflicts' },
  ])('$stored', ({ prev: [logTerm = 0, index = 0], add, log }) => {
    const one = new Instance({ log: [1, 2] });
    one.receive('MsgApp', {
      from: 2n,
      term: 4n,
      index: BigInt(index),
      logTerm: BigInt(logTerm),
      entries: entriesOf(index + 1, add),
    });
    expect(one.logTerms).toEqual(log);
  });
});

describe('[inv 3] the logs of figure 7', () => {
  const leaderLog = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];

  it.each([
    { name: 'a', log: [1, 1, 1, 4, 4, 5, 5, 6, 6] },
    { name: 'b', log: [1, 1, 1, 4] },
    { name: 'c', log: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6] },
    { name: 'd', log: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7] },
    { name: 'e', log: [1, 1, 1, 4, 4, 4, 4] },
    { name: 'f', log: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3] },
  ])('become the same: follower $name', ({ log }) => {
    const cluster = new Cluster([
      { log: leaderLog, term: 7, commit: 10 },
      { log, term: 7 },
      { log: [], term: 7 },
    ]);
    // The third one votes, as the leader would not win against (c) and (d) with their votes alone.
    cluster.elect(1);
    cluster.tick(3);
    expect(cluster.at(2).logTerms).toEqual([...leaderLog, 8]);
    expect(cluster.at(3).logTerms).toEqual([...leaderLog, 8]);
    expect(cluster.instances.map(({ commit }) => commit)).toEqual([11n, 11n, 11n]);
  });

  it.each([
    { name: 'd', log: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7], exchanges: 1 },
    { name: 'f', log: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], exchanges: 2 },
  ])('in few exchanges: follower $name in $exchanges', ({ log, exchanges }) => {
    const cluster = new Cluster([
      { log: leaderLog, term: 7 },
      { log, term: 7 },
      { log: [], term: 7 },
    ]);
    let appends = 0;
    cluster.loses = ({ type, to }) => {
      appends += type === 'MsgApp' && to === 2n ? 1 : 0;
      return false;
    };
    cluster.elect(1);
    // One more each for the entry itself and for telling that it is committed.
    expect(appends).toBeLessThanOrEqual(exchanges + 2);
    expect(cluster.at(2).logTerms).toEqual([...leaderLog, 8]);
  });
});
