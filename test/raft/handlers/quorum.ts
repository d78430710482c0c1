import {
  type AckedIndex,
  allVoters,
  describeJoint,
  describeMajority,
  INFINITE_INDEX,
  type JointConfig,
  jointCommitted,
  jointVote,
  type MajorityConfig,
  majorityCommitted,
  majorityVote,
  sortedIds,
} from '../../../src/raft/quorum/index.ts';
import type { Directive } from '../transcript/grammar.ts';

const NOBODY: MajorityConfig = new Set();

/**
 * `committed cfg=(..) cfgj=(..) idx=(..)` and `vote cfg=(..) cfgj=(..) votes=(..)`.
 * Values go to the voters in the order in which they are named, `_` for one of
 * which nothing is known. Every result is checked against laws that must hold
 * whatever the input; a broken law adds a line to the output.
 */
export function handleQuorum(directive: Directive): string | undefined {
  if (directive.command !== 'committed' && directive.command !== 'vote') {
    return undefined;
  }
  const values = (key: string) => directive.args.filter((arg) => arg.key === key).flatMap((arg) => arg.values);
  const ids = values('cfg').map(BigInt);
  const isJoint = directive.args.some((arg) => arg.key === 'cfgj');
  const jointIds = values('cfgj')
    .filter((id) => id !== 'zero')
    .map(BigInt);
  const config: JointConfig = { incoming: new Set(ids), outgoing: new Set(jointIds) };
  const voters = [...new Set([...ids, ...jointIds])];
  const given = values(directive.command === 'vote' ? 'votes' : 'idx');
  if (allVoters(config).size !== given.length) {
    const map = sortedIds(voters).map((id) => `${id}:{}`);
    return `error: mismatched input (explicit or _) for voters map[${map.join(' ')}]: [${given.join(' ')}]`;
  }
  const known = new Map(voters.map((id, i) => [id, given[i] ?? '_'] as const).filter(([, value]) => value !== '_'));
  if (directive.command === 'vote') {
    const votes = new Map([...known].map(([id, value]) => [id, value === 'y']));
    return isJoint ? describeJointVote(config, votes) : `${VOTE_TEXT[majorityVote(config.incoming, votes)]}\n`;
  }
  const indexes = new Map([...known].map(([id, value]) => [id, BigInt(value)]));
  return isJoint ? describeJointCommit(config, indexes) : describeMajorityCommit(config.incoming, indexes);
}

const VOTE_TEXT = { pending: 'VotePending', lost: 'VoteLost', won: 'VoteWon' } as const;

function describeJointVote(config: JointConfig, votes: ReadonlyMap<bigint, boolean>): string {
  const result = jointVote(config, votes);
  const swapped = jointVote({ incoming: config.outgoing, outgoing: config.incoming }, votes);
  const broken = swapped === result ? '' : `${VOTE_TEXT[swapped]} <-- via symmetry\n`;
  return `${broken}${VOTE_TEXT[result]}\n`;
}

function describeJointCommit(config: JointConfig, indexes: ReadonlyMap<bigint, bigint>): string {
  const acked: AckedIndex = (id) => indexes.get(id);
  const index = jointCommitted(config, acked);
  const swapped = jointCommitted({ incoming: config.outgoing, outgoing: config.incoming }, acked);
  const broken = swapped === index ? '' : `${formatIndex(swapped)} <-- via symmetry\n`;
  return `${describeJoint(config, acked)}${broken}${formatIndex(index)}\n`;
}

function describeMajorityCommit(config: MajorityConfig, indexes: ReadonlyMap<bigint, bigint>): string {
  const acked: AckedIndex = (id) => indexes.get(id);
  const index = majorityCommitted(config, acked);
  let broken = '';
  const check = (other: bigint, law: string): void => {
    broken += other === index ? '' : `${formatIndex(other)} <-- ${law}\n`;
  };
  check(committedByCounting(config, indexes), 'via alternative computation');
  check(jointCommitted({ incoming: config, outgoing: NOBODY }, acked), 'via zero-joint quorum');
  check(jointCommitted({ incoming: config, outgoing: config }, acked), 'via self-joint quorum');
  for (const [id, own] of indexes) {
    // A voter below the result does not hold it up; lowering it further must not matter.
    if (index > own) {
      for (const lowered of [own - 1n, 0n]) {
        const overlaid = majorityCommitted(config, (other) => (other === id ? lowered : acked(other)));
        check(overlaid, `overlaying ${id}->${lowered}`);
      }
    }
  }
  return `${describeMajority(config, acked)}${broken}${formatIndex(index)}\n`;
}

/** The definition, word for word: the highest index that more than half of the voters have reached. */
export function committedByCounting(config: MajorityConfig, indexes: ReadonlyMap<bigint, bigint>): bigint {
  if (config.size === 0) {
    return INFINITE_INDEX;
  }
  const reached = (index: bigint) => [...config].filter((id) => (indexes.get(id) ?? 0n) >= index).length;
  const candidates = [...config].map((id) => indexes.get(id) ?? 0n).filter((index) => reached(index) * 2 > config.size);
  return candidates.reduce((a, b) => (a > b ? a : b), 0n);
}

function formatIndex(index: bigint): string {
  return index === INFINITE_INDEX ? '∞' : String(index);
}
