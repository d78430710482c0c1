import { describe, expect, it } from 'vitest';
import { MemoryStorage, message, NO_BYTES, RaftInvariantError, RaftNode } from '../../../src/raft/index.ts';
import { codeOf, Cluster, confState, Instance, ofType, texts } from '../../raft/harness.ts';

const utf8 = new TextEncoder();

describe('the contract of ready and advance', () => {
  it('has nothing to say at first', () => {
    expect(new Instance().node.hasReady()).toBe(false);
  });

  it('does not say anything twice', () => {
    const { node } = new Instance();
    node.campaign();
    expect(node.hasReady()).toBe(true);
    const ready = node.ready();
    expect(ready).toMatchObject({
      softState: { role: 'candidate', lead: 0n },
      hardState: { term: 1n, vote: 1n },
      mustSync: true,
    });
    expect(ofType(ready.messages, 'MsgVote')).toHaveLength(2);
    node.advance();
    expect(node.hasReady()).toBe(false);
  });

  it('must be advanced before the next', () => {
    const one = new Instance({ voters: [1] });
    one.node.campaign();
    one.node.ready();
    expect(() => one.node.ready()).toThrow('two Readys without a call to advance');
  });

  it('is not advanced with asynchronous writes', () => {
    const { node } = new Instance({ asyncStorageWrites: true });
    expect(() => node.advance()).toThrow(RaftInvariantError);
  });

  it('[inv 7] counts a vote only when it is persisted', () => {
    const one = new Instance({ voters: [1] });
    one.node.campaign();
    one.node.ready();
    expect(one.role).toBe('candidate');
    one.node.advance();
    expect(one.role).toBe('leader');
  });

  it('[inv 7] commits an entry of a single member only when it is persisted', () => {
    const one = new Instance({ voters: [1] });
    one.elect();
    one.node.propose(utf8.encode('x'));
    const ready = one.node.ready();
    expect([texts(ready.entries), texts(ready.committedEntries)]).toEqual([['x'], []]);
    one.storage.append(ready.entries);
    one.node.advance();
    expect(texts(one.node.ready().committedEntries)).toEqual(['x']);
  });

  it('need not be synced for a commit index alone', () => {
    const one = new Instance({ log: [1, 1] });
    one.node.step(message('MsgHeartbeat', { from: 2n, term: 1n, commit: 2n }));
    expect(one.node.ready()).toMatchObject({ hardState: { term: 1n, commit: 2n }, mustSync: false });
  });
});

describe('a new cluster', () => {
  it('begins with the entries that add its members', () => {
    const storage = new MemoryStorage();
    const config = { electionTicks: 10, heartbeatTicks: 1, maxInflightMessages: 5, randomInt: () => 0 };
    const node = new RaftNode({ ...config, id: 1n, storage });
    node.bootstrap([{ id: 1n, context: utf8.encode('one') }, { id: 2n }]);
    const ready = node.ready();
    expect(ready).toMatchObject({ hardState: { term: 1n, vote: 0n, commit: 2n }, mustSync: true });
    expect(ready.committedEntries).toEqual(ready.entries);
    expect(ready.entries.map(({ type, index }) => `${type} ${index}`)).toEqual([
      'EntryConfChange 1',
      'EntryConfChange 2',
    ]);
    expect([...node.status().config.voters.incoming]).toEqual([1n, 2n]);
  });

  it('is not begun twice, nor without members', () => {
    const one = new Instance({ log: [1] });
    expect(codeOf(() => one.node.bootstrap([{ id: 1n }]))).toBe('notEmpty');
    expect(codeOf(() => new Instance().node.bootstrap([]))).toBe('invalidConfChange');
  });

  it('elects and commits', () => {
    const storages = [new MemoryStorage(), new MemoryStorage()];
    const nodes = storages.map(
      (storage, i) =>
        new RaftNode({
          id: BigInt(i + 1),
          storage,
          electionTicks: 10,
          heartbeatTicks: 1,
          maxInflightMessages: 5,
          randomInt: () => 0,
        }),
    );
    nodes.forEach((node) => node.bootstrap([{ id: 1n }, { id: 2n }]));
    const work = (): void => {
      for (const [i, node] of nodes.entries()) {
        while (node.hasReady()) {
          const ready = node.ready();
          storages[i]?.append(ready.entries);
          ready.messages.forEach((m) => nodes[Number(m.to) - 1]?.step(m));
          node.advance();
        }
      }
    };
    work();
    nodes[0]?.campaign();
    for (let i = 0; i < 10; i++) {
      work();
    }
    expect(nodes.map((node) => node.basicStatus())).toMatchObject([
      { role: 'leader', term: 2n, commit: 3n, applied: 3n },
      { role: 'follower', term: 2n, commit: 3n, lead: 1n },
    ]);
  });
});

describe('a restart', () => {
  it('goes on from what was persisted', () => {
    const one = new Instance({ log: [1, 1, 2], term: 3, vote: 2, commit: 2 });
    expect(one.node.basicStatus()).toMatchObject({
      term: 3n,
      vote: 2n,
      commit: 2n,
      applied: 0n,
      role: 'follower',
      lead: 0n,
    });
    one.drain();
    expect(one.applied.map(({ index }) => index)).toEqual([1n, 2n]);
  });

  it('does not hand out again what the application holds', () => {
    const one = new Instance({ log: [1, 1, 2], commit: 3, applied: 2n });
    one.drain();
    expect(one.applied.map(({ index }) => index)).toEqual([3n]);
  });

  it('stops at a log that has lost its end', () => {
    expect(() => new Instance({ log: [1], term: 1, commit: 2 })).toThrow('state.commit 2 is out of range [0, 1]');
  });

  it('stops at a membership that contradicts itself', () => {
    const storage = new MemoryStorage();
    const broken = { ...confState([1, 2]), learnersNext: [2n] };
    storage.applySnapshot({ index: 1n, term: 1n, data: NO_BYTES, confState: broken });
    const config = { electionTicks: 10, heartbeatTicks: 1, maxInflightMessages: 5, randomInt: () => 0 };
    expect(() => new RaftNode({ ...config, id: 1n, storage })).toThrow(RaftInvariantError);
  });
});

describe('the status', () => {
  it('shows the progress of all on the leader only', () => {
    const cluster = Cluster.ofSize(3);
    cluster.elect(1);
    expect([...cluster.at(1).node.status().progress.keys()]).toEqual([1n, 2n, 3n]);
    expect(cluster.at(2).node.status().progress.size).toBe(0);
  });

  it('does not change afterwards', () => {
    const cluster = Cluster.ofSize(3);
    const leader = cluster.elect(1);
    const before = leader.node.status();
    leader.node.propose(utf8.encode('x'));
    cluster.settle();
    expect(before.progress.get(2n)?.match).toBe(1n);
    expect(leader.node.status().progress.get(2n)?.match).toBe(2n);
    expect(before.commit).toBe(1n);
  });
});
