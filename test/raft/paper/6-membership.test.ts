/** §6 Cluster membership changes (chapter 4 of the dissertation). */
import { describe, expect, it } from 'vitest';
import {
  type ConfChangeSingle,
  type ConfChangeTransition,
  type ConfChangeType,
  type ConfChangeV2,
  encodeConfChange,
  NO_BYTES,
} from '../../../src/raft/index.ts';
import { Cluster, codeOf, Instance, ofType, texts } from '../harness.ts';

function change(text: string, transition: ConfChangeTransition = 'ConfChangeTransitionAuto'): ConfChangeV2 {
  const types: Record<string, ConfChangeType> = {
    v: 'ConfChangeAddNode',
    l: 'ConfChangeAddLearnerNode',
    r: 'ConfChangeRemoveNode',
  };
  const changes = text.split(' ').flatMap((word): ConfChangeSingle[] => {
    const type = types[word.slice(0, 1)];
    return type === undefined ? [] : [{ type, nodeId: BigInt(word.slice(1)) }];
  });
  return { transition, changes, context: NO_BYTES };
}

/** Three voters and two nodes that belong to nobody yet; the first leads. */
function threeAndTwo(options: object = {}): Cluster {
  const voters = [1, 2, 3];
  const cluster = new Cluster([1, 2, 3, 4, 5].map(() => ({ voters, ...options })));
  cluster.elect(1);
  return cluster;
}

function votersOf(instance: Instance): bigint[] {
  return toSorted(instance.node.status().config.voters.incoming);
}

function toSorted(ids: Iterable<bigint>): bigint[] {
  return [...ids].sort((a, b) => Number(a - b));
}

describe('a change of one member', () => {
  it('takes effect on each when it is applied there', () => {
    const cluster = threeAndTwo();
    const leader = cluster.at(1);
    leader.node.proposeConfChange(change('v4'));
    leader.drain();
    expect(votersOf(leader)).toEqual([1n, 2n, 3n]);
    leader.node.reportUnreachable(2n);
    leader.node.reportUnreachable(3n);
    cluster.tick();
    for (const id of [1, 2, 3, 4]) {
      expect(votersOf(cluster.at(id))).toEqual([1n, 2n, 3n, 4n]);
    }
    expect(cluster.at(1).confState.voters).toEqual([1n, 2n, 3n, 4n]);
  });

  it('is committed by the members before it, and what follows by those after it', () => {
    const cluster = threeAndTwo();
    cluster.isolate(4);
    cluster.at(1).node.proposeConfChange(change('v4'));
    cluster.settle();
    expect(votersOf(cluster.at(1))).toEqual([1n, 2n, 3n, 4n]);
    // Three of four are needed now: 1 and 2 are not enough.
    cluster.isolate(3, 4);
    cluster.at(1).node.propose(new TextEncoder().encode('x'));
    cluster.settle();
    expect(texts(cluster.at(1).applied)).toEqual([]);
    cluster.heal();
    cluster.tick();
    expect(texts(cluster.at(1).applied)).toEqual(['x']);
  });

  it('[inv 11] waits for the one before it to be applied', () => {
    const one = new Instance();
    one.elect(2);
    one.receive('MsgAppResp', { from: 2n, term: 1n, index: 1n });
    one.node.proposeConfChange(change('v4'));
    one.node.proposeConfChange(change('v5'));
    const sent = ofType(one.drain(), 'MsgApp').filter(({ to }) => to === 2n);
    expect(sent.flatMap(({ entries }) => entries.map(({ type }) => type))).toEqual([
      'EntryConfChangeV2',
      'EntryNormal',
    ]);
    one.receive('MsgAppResp', { from: 2n, term: 1n, index: 3n });
    expect(votersOf(one)).toEqual([1n, 2n, 3n, 4n]);
    one.node.proposeConfChange(change('v5'));
    expect(one.drain().flatMap(({ entries }) => entries.map(({ type }) => type))).toContain('EntryConfChangeV2');
  });

  it('[inv 11] of a new leader waits until it has applied all that was there before it', () => {
    const one = new Instance({ log: [1, 1] });
    one.elect(2);
    one.node.proposeConfChange(change('v4'));
    one.drain();
    expect(one.lines.at(-1)).toContain('possible unapplied conf change at index 2 (applied to 0)');
  });

  it('that cannot be made stays out of the log, and is refused by all alike if it gets in', () => {
    const one = new Instance({ voters: [1] });
    one.elect();
    one.node.proposeConfChange(change('r1'));
    one.drain();
    expect(one.lines.at(-1)).toContain('removed all voters');
    expect(one.role).toBe('leader');
    const unchecked = new Instance({ voters: [1], disableConfChangeValidation: true });
    unchecked.elect();
    unchecked.node.proposeConfChange(change('r1'));
    expect(() => unchecked.drain()).toThrow('a committed membership change is impossible: removed all voters');
  });

  it('may be given up by the application, for all alike', () => {
    const one = new Instance({ voters: [1] });
    one.elect();
    expect(one.node.applyConfChange({ ...change('v0') }).voters).toEqual([1n]);
  });

  it('counts the entries of one proposal together', () => {
    const one = new Instance({ voters: [1] });
    one.elect();
    const both = [change('v2'), change('v3')].map((each) => ({ term: 0n, index: 0n, ...encodeConfChange(each) }));
    one.receive('MsgProp', { from: 1n, entries: both });
    expect(votersOf(one)).toEqual([1n, 2n]);
  });
});

describe('a new member (§4.2.1)', () => {
  it('catches up as a learner before it counts', () => {
    const cluster = threeAndTwo();
    cluster.at(1).node.proposeConfChange(change('l4'));
    cluster.tick(2);
    const status = cluster.at(1).node.status();
    expect([...status.config.learners]).toEqual([4n]);
    expect(status.progress.get(4n)).toMatchObject({ isLearner: true, match: status.commit });
    // The learner alone does not campaign, and with the leader alone nothing commits.
    cluster.isolate(4);
    cluster.tick(30);
    expect(cluster.at(4).role).toBe('follower');
    cluster.isolate(2, 3);
    cluster.at(1).node.propose(new TextEncoder().encode('x'));
    cluster.tick(5);
    expect(texts(cluster.at(1).applied)).toEqual([]);
    cluster.heal();
    cluster.tick(2);
    cluster.leader?.node.proposeConfChange(change('v4'));
    cluster.tick(2);
    expect(votersOf(cluster.at(4))).toEqual([1n, 2n, 3n, 4n]);
  });

  it('that does not know yet that it was promoted votes all the same', () => {
    const learner = new Instance({ id: 3, voters: [1, 2], learners: [3] });
    expect(learner.receive('MsgVote', { from: 1n, term: 1n })).toMatchObject([{ type: 'MsgVoteResp', reject: false }]);
  });
});

describe('a removed member', () => {
  it('no longer counts', () => {
    const cluster = threeAndTwo();
    cluster.isolate(3);
    const leader = cluster.at(1);
    leader.node.proposeConfChange(change('r2'));
    cluster.settle();
    expect(votersOf(leader)).toEqual([1n, 3n]);
    leader.node.propose(new TextEncoder().encode('x'));
    cluster.settle();
    expect(texts(leader.applied)).toEqual([]);
    cluster.heal();
    cluster.tick();
    expect(texts(leader.applied)).toEqual(['x']);
  });

  it('that led steps down if it is to, and else leads until it is replaced (§4.2.2)', () => {
    for (const stepDownOnRemoval of [true, false]) {
      const cluster = threeAndTwo({ stepDownOnRemoval });
      const leader = cluster.at(1);
      leader.node.proposeConfChange(change('r1'));
      cluster.settle();
      expect(leader.role).toBe(stepDownOnRemoval ? 'follower' : 'leader');
      expect(codeOf(() => leader.propose('x'))).toBe('proposalDropped');
      cluster.elect(2);
      expect(votersOf(cluster.at(3))).toEqual([2n, 3n]);
      expect(cluster.at(2).role).toBe('leader');
      // It does not stand for election again.
      leader.node.campaign();
      expect(leader.role).not.toBe('candidate');
    }
  });
});

describe('a joint configuration (§4.3)', () => {
  it('is entered and left by itself for several changes', () => {
    const cluster = threeAndTwo();
    cluster.at(1).node.proposeConfChange(change('v4 v5 r2 r3'));
    cluster.tick(3);
    for (const id of [1, 4, 5]) {
      const { voters, autoLeave } = cluster.at(id).node.status().config;
      expect([toSorted(voters.incoming), voters.outgoing.size, autoLeave]).toEqual([[1n, 4n, 5n], 0, false]);
    }
  });

  it('needs majorities of both, to commit and to elect', () => {
    const cluster = threeAndTwo();
    const leader = cluster.at(1);
    leader.node.proposeConfChange(change('v4 v5 r2 r3', 'ConfChangeTransitionJointExplicit'));
    cluster.tick(2);
    expect(leader.node.status().config.voters.outgoing.size).toBe(3);
    // The new majority alone: 1, 4 and 5.
    cluster.isolate(2, 3);
    leader.node.propose(new TextEncoder().encode('x'));
    cluster.settle();
    expect(texts(leader.applied)).toEqual([]);
    cluster.elect(4);
    expect(cluster.at(4).role).toBe('candidate');
    // The old majority alone: 1, 2 and 3.
    cluster.isolate(4, 5);
    cluster.elect(2);
    expect(cluster.at(2).role).toBe('candidate');
    // One of each side is missing: 1, 2 and 4 are both.
    cluster.isolate(3, 5);
    cluster.elect(1);
    expect(cluster.at(1).role).toBe('leader');
    expect(texts(cluster.at(1).applied)).toEqual(['x']);
    cluster.at(1).node.proposeConfChange(change(''));
    cluster.heal();
    cluster.tick(3);
    expect(votersOf(cluster.at(5))).toEqual([1n, 4n, 5n]);
  });
});
