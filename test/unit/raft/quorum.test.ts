import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allVoters,
  INFINITE_INDEX,
  type JointConfig,
  jointCommitted,
  jointVote,
  type MajorityConfig,
  majorityCommitted,
  majorityVote,
  type VoteResult,
} from '../../../src/raft/quorum/index.ts';

const ids = fc.uniqueArray(fc.bigInt({ min: 1n, max: 12n }), { maxLength: 9 });
const config = ids.map((list): MajorityConfig => new Set(list));
const joint = fc.record({ incoming: config, outgoing: config });
const indexes = fc.array(fc.tuple(fc.bigInt({ min: 1n, max: 12n }), fc.bigInt({ min: 0n, max: 20n }))).map(toMap);
const votes = fc.array(fc.tuple(fc.bigInt({ min: 1n, max: 12n }), fc.boolean())).map(toMap);

function toMap<V>(pairs: readonly (readonly [bigint, V])[]): ReadonlyMap<bigint, V> {
  return new Map(pairs);
}

/** The definition, word for word. */
function committedByCounting(voters: MajorityConfig, acked: ReadonlyMap<bigint, bigint>): bigint {
  for (let index = 20n; index > 0n; index--) {
    const reached = [...voters].filter((id) => (acked.get(id) ?? 0n) >= index).length;
    if (reached * 2 > voters.size) {
      return index;
    }
  }
  return 0n;
}

function ways(voters: MajorityConfig, cast: ReadonlyMap<bigint, boolean>): VoteResult {
  const yes = [...voters].filter((id) => cast.get(id) === true).length;
  const no = [...voters].filter((id) => cast.get(id) === false).length;
  const couldWin = (voters.size - no) * 2 > voters.size;
  return yes * 2 > voters.size ? 'won' : couldWin ? 'pending' : 'lost';
}

describe('a majority', () => {
  it('has committed what more than half of it has acknowledged', () => {
    fc.assert(
      fc.property(config, indexes, (voters, acked) => {
        fc.pre(voters.size > 0);
        expect(majorityCommitted(voters, (id) => acked.get(id))).toBe(committedByCounting(voters, acked));
      }),
    );
  });

  it('never un-commits when a voter acknowledges more', () => {
    fc.assert(
      fc.property(config, indexes, fc.bigInt({ min: 1n, max: 12n }), (voters, acked, id) => {
        const more = new Map(acked).set(id, (acked.get(id) ?? 0n) + 5n);
        const before = majorityCommitted(voters, (voter) => acked.get(voter));
        expect(majorityCommitted(voters, (voter) => more.get(voter)) >= before).toBe(true);
      }),
    );
  });

  it('decides a vote as soon as it cannot come out otherwise, and not before', () => {
    fc.assert(
      fc.property(config, votes, (voters, cast) => {
        fc.pre(voters.size > 0);
        expect(majorityVote(voters, cast)).toBe(ways(voters, cast));
      }),
    );
  });

  it('of nobody agrees with everything', () => {
    expect(majorityCommitted(new Set(), () => 3n)).toBe(INFINITE_INDEX);
    expect(majorityVote(new Set(), new Map())).toBe('won');
  });
});

describe('a joint quorum', () => {
  it('has committed what both halves have', () => {
    fc.assert(
      fc.property(joint, indexes, (both, acked) => {
        const half = (voters: MajorityConfig) => majorityCommitted(voters, (id) => acked.get(id));
        const [a, b] = [half(both.incoming), half(both.outgoing)];
        expect(jointCommitted(both, (id) => acked.get(id))).toBe(a < b ? a : b);
      }),
    );
  });

  it('is won in both halves and lost in either', () => {
    fc.assert(
      fc.property(joint, votes, (both, cast) => {
        const halves = [majorityVote(both.incoming, cast), majorityVote(both.outgoing, cast)];
        const expected = halves.includes('lost') ? 'lost' : halves.includes('pending') ? 'pending' : 'won';
        expect(jointVote(both, cast)).toBe(expected);
      }),
    );
  });

  it('does not let two candidates win', () => {
    fc.assert(
      fc.property(joint, votes, (both: JointConfig, forOne) => {
        fc.pre(allVoters(both).size > 0);
        const forTheOther = new Map([...allVoters(both)].map((id) => [id, forOne.get(id) !== true]));
        expect([jointVote(both, forOne), jointVote(both, forTheOther)]).not.toEqual(['won', 'won']);
      }),
    );
  });
});
