/** §5.1 Raft basics: terms are a logical clock, by which old information is known. */
import { describe, expect, it } from 'vitest';
import { type MessageType } from '../../../src/raft/index.ts';
import { Instance, ofType } from '../harness.ts';

/** An instance that has been brought into a role, in term 1 (leader, candidate) or term 1 too (follower). */
function inRole(role: 'follower' | 'candidate' | 'leader'): Instance {
  const one = new Instance();
  if (role === 'follower') {
    one.receive('MsgHeartbeat', { from: 2n, term: 1n });
  } else if (role === 'candidate') {
    one.elect();
  } else {
    one.elect(2);
  }
  expect([one.role, one.term]).toEqual([role, 1n]);
  return one;
}

describe('a server that learns of a larger term', () => {
  const roles = ['follower', 'candidate', 'leader'] as const;
  const types: MessageType[] = ['MsgApp', 'MsgHeartbeat', 'MsgSnap', 'MsgAppResp', 'MsgVote', 'MsgVoteResp'];

  it.each(roles.flatMap((role) => types.map((type) => ({ role, type }))))(
    'as a $role, by a $type, updates its term and is a follower',
    ({ role, type }) => {
      const one = inRole(role);
      one.receive(type, { from: 2n, term: 7n });
      expect([one.role, one.term]).toEqual(['follower', 7n]);
    },
  );

  it('takes the sender for the leader only if it speaks as one', () => {
    for (const type of types) {
      const one = inRole('candidate');
      one.receive(type, { from: 2n, term: 7n });
      expect([type, one.lead]).toEqual([type, ['MsgApp', 'MsgHeartbeat', 'MsgSnap'].includes(type) ? 2n : 0n]);
    }
  });

  it('has no vote cast in the new term', () => {
    const one = inRole('candidate');
    expect(one.node.basicStatus().vote).toBe(1n);
    one.receive('MsgHeartbeat', { from: 2n, term: 7n });
    expect(one.node.basicStatus().vote).toBe(0n);
  });
});

describe('a message with a stale term', () => {
  it.each<MessageType>([
    'MsgApp',
    'MsgHeartbeat',
    'MsgSnap',
    'MsgVote',
    'MsgAppResp',
    'MsgVoteResp',
    'MsgHeartbeatResp',
  ])('%s is refused: it changes nothing and is not answered', (type) => {
    const one = new Instance({ log: [1, 2], term: 5 });
    const before = one.node.basicStatus();
    const sent = one.receive(type, { from: 2n, term: 4n, index: 2n, logTerm: 2n, commit: 2n });
    expect(sent).toEqual([]);
    expect(one.node.basicStatus()).toEqual(before);
    expect(one.logTerms).toEqual([1, 2]);
  });

  it('is answered, where nodes do not vote while they have a leader, so that its sender can catch up', () => {
    for (const options of [{ checkQuorum: true }, { preVote: true }]) {
      const one = new Instance({ log: [1], term: 5, ...options });
      expect(ofType(one.receive('MsgHeartbeat', { from: 2n, term: 4n }), 'MsgAppResp')).toMatchObject([
        { to: 2n, term: 5n, reject: false, index: 0n },
      ]);
    }
  });
});

describe('a term', () => {
  it('grows by one with every election, and never falls', () => {
    const one = new Instance();
    for (let term = 1n; term <= 5n; term++) {
      one.elect();
      expect(one.term).toBe(term);
    }
    one.receive('MsgHeartbeat', { from: 2n, term: 3n });
    expect(one.term).toBe(5n);
  });
});
