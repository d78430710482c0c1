import { describe, expect, it } from 'vitest';
import { NO_BYTES } from '../../../src/raft/index.ts';
import { codeOf, Cluster, Instance, ofType, texts } from '../../raft/harness.ts';

const utf8 = new TextEncoder();

describe('proposals', () => {
  it('are dropped without a leader', () => {
    const one = new Instance();
    expect(codeOf(() => one.propose('x'))).toBe('proposalDropped');
    one.node.campaign();
    expect(codeOf(() => one.propose('x'))).toBe('proposalDropped');
  });

  it('are passed on to the leader, unless that is switched off', () => {
    const follower = new Instance();
    follower.receive('MsgHeartbeat', { from: 2n, term: 1n });
    expect(follower.propose('x')).toMatchObject([{ type: 'MsgProp', from: 1n, to: 2n, term: 0n }]);
    const mute = new Instance({ disableProposalForwarding: true });
    mute.receive('MsgHeartbeat', { from: 2n, term: 1n });
    expect(codeOf(() => mute.propose('x'))).toBe('proposalDropped');
  });

  it('made together stand together in the log', () => {
    const cluster = Cluster.ofSize(3);
    const leader = cluster.elect(1);
    leader.node.propose(utf8.encode('a'), utf8.encode('b'), utf8.encode('c'));
    const sent = ofType(leader.drain(), 'MsgApp');
    expect(sent.map(({ entries }) => texts(entries))).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
  });

  it('are refused beyond the limit of uncommitted bytes, and taken again once some are applied', () => {
    const cluster = Cluster.ofSize(3, { maxUncommittedBytes: 10 });
    const leader = cluster.elect(1);
    leader.node.propose(utf8.encode('12345678'));
    expect(codeOf(() => leader.node.propose(utf8.encode('123')))).toBe('proposalDropped');
    // Without payload there is nothing to refuse.
    expect(codeOf(() => leader.node.propose(NO_BYTES))).toBe(undefined);
    cluster.settle();
    // The first one fits whatever its size.
    expect(codeOf(() => leader.node.propose(utf8.encode('a payload beyond the limit')))).toBe(undefined);
    expect(codeOf(() => leader.node.propose(utf8.encode('1')))).toBe('proposalDropped');
    cluster.settle();
    expect(codeOf(() => leader.node.propose(utf8.encode('1')))).toBe(undefined);
  });

  it('go out in messages no larger than the limit', () => {
    const cluster = Cluster.ofSize(2, { maxBytesPerMessage: 40 });
    const leader = cluster.elect(1);
    const sizes: number[] = [];
    cluster.loses = ({ type, entries }) => {
      if (type === 'MsgApp' && entries.length > 0) {
        sizes.push(entries.length);
      }
      return false;
    };
    leader.node.propose(...Array.from({ length: 6 }, () => utf8.encode('1234567890')));
    cluster.settle();
    // An entry weighs 16 bytes. The acknowledgement of the first message opens the way for the rest.
    expect(sizes).toEqual([2, 2, 2]);
    expect(cluster.at(2).logTerms).toHaveLength(7);
  });

  it('go out one by one with a limit of 0', () => {
    const cluster = Cluster.ofSize(2, { maxBytesPerMessage: 0 });
    const leader = cluster.elect(1);
    leader.node.propose(utf8.encode('a'), utf8.encode('b'));
    expect(ofType(leader.drain(), 'MsgApp').map(({ entries }) => texts(entries))).toEqual([['a']]);
  });

  it('on their way are limited in bytes', () => {
    const cluster = Cluster.ofSize(2, { maxBytesPerMessage: 20, maxInflightBytes: 25 });
    const leader = cluster.elect(1);
    for (const text of ['0123456789', '0123456789', '0123456789', '0123456789']) {
      leader.node.propose(utf8.encode(text));
    }
    expect(ofType(leader.drain(), 'MsgApp')).toHaveLength(3);
    expect(leader.node.status().progress.get(2n)?.isPaused()).toBe(true);
  });
});
