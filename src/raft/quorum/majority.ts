import { compareIds } from './ids.ts';

/** The voters of one quorum: more than half of them decide. */
export type MajorityConfig = ReadonlySet<bigint>;

/** The index that a voter has acknowledged, undefined when nothing is known of it. */
export type AckedIndex = (voterId: bigint) => bigint | undefined;

export type VoteResult = 'pending' | 'lost' | 'won';

/** What an empty quorum has committed: it never holds the other half of a joint quorum back. */
export const INFINITE_INDEX = 0xffff_ffff_ffff_ffffn;

/** The highest index that a majority has acknowledged. */
export function majorityCommitted(config: MajorityConfig, acked: AckedIndex): bigint {
  if (config.size === 0) {
    return INFINITE_INDEX;
  }
  const indexes: bigint[] = [];
  for (const id of config) {
    indexes.push(acked(id) ?? 0n);
  }
  // The smallest of the upper majority: that many voters have at least this index.
  indexes.sort(compareIds);
  const smallestOfMajority = indexes.length - (Math.floor(indexes.length / 2) + 1);
  return indexes[smallestOfMajority] ?? 0n;
}

/** Whether the votes so far (true for, false against, absent not yet cast) decide the election. */
export function majorityVote(config: MajorityConfig, votes: ReadonlyMap<bigint, boolean>): VoteResult {
  if (config.size === 0) {
    // An empty half of a joint quorum agrees with whatever the other half decides.
    return 'won';
  }
  let granted = 0;
  let missing = 0;
  for (const id of config) {
    const vote = votes.get(id);
    if (vote === undefined) {
      missing++;
    } else if (vote) {
      granted++;
    }
  }
  const needed = Math.floor(config.size / 2) + 1;
  if (granted >= needed) {
    return 'won';
  }
  return granted + missing >= needed ? 'pending' : 'lost';
}

interface Row {
  readonly id: bigint;
  readonly index: bigint | undefined;
  bar: number;
}

/** A bar chart of who has acknowledged what, one voter a line, for people to read. */
export function describeMajority(config: MajorityConfig, acked: AckedIndex): string {
  if (config.size === 0) {
    return '<empty majority quorum>';
  }
  const rows: Row[] = [...config].map((id) => ({ id, index: acked(id), bar: 0 }));
  rows.sort((a, b) => compareIds(a.index ?? 0n, b.index ?? 0n) || compareIds(a.id, b.id));
  for (const [rank, row] of rows.entries()) {
    const below = rows[rank - 1];
    if (below !== undefined) {
      row.bar = (below.index ?? 0n) < (row.index ?? 0n) ? rank : below.bar;
    }
  }
  rows.sort((a, b) => compareIds(a.id, b.id));
  const lines = rows.map(({ id, index, bar }) => {
    const chart = (index === undefined ? '?' : `${'x'.repeat(bar)}>`).padEnd(rows.length + 1);
    return `${chart} ${String(index ?? 0n).padStart(5)}    (id=${id.toString(16)})\n`;
  });
  return `${' '.repeat(rows.length)}    idx\n${lines.join('')}`;
}
