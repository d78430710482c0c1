import type { ConfChangeSingle, ConfChangeType } from '../../../src/raft/types.ts';

const TYPES: Readonly<Record<string, ConfChangeType>> = {
  v: 'ConfChangeAddNode',
  l: 'ConfChangeAddLearnerNode',
  r: 'ConfChangeRemoveNode',
  u: 'ConfChangeUpdateNode',
};

/** Membership changes as transcripts write them: `v1 l2 r3 u4` makes 1 a voter, 2 a learner, removes 3, updates 4. */
export function parseChanges(text: string): ConfChangeSingle[] {
  const tokens = text.trim() === '' ? [] : text.trim().split(' ');
  return tokens.map((token) => {
    const type = TYPES[token.slice(0, 1)];
    if (type === undefined || !/^.\d+$/.test(token)) {
      throw new Error(`unknown input: ${token}`);
    }
    return { type, nodeId: BigInt(token.slice(1)) };
  });
}
