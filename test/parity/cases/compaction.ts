import type { Case } from '../harness/case.ts';
import { FORMATS } from '../harness/formats.ts';

const SEED = 'etcdctl put a 1; etcdctl put a 2; R=$(revision)';

export const compactionCases: readonly Case[] = [
  ...FORMATS.map((format): Case => ({ line: `etcdctl compaction $R -w ${format}`, setup: SEED, covers: ['D-206'] })),
  { line: 'etcdctl compaction $R -w xml', setup: SEED, covers: ['D-206'] },
  { line: 'etcdctl compaction $R', setup: SEED, covers: ['B-029'], after: 'etcdctl get a --rev=2' },
  { line: 'etcdctl compact $R', setup: SEED, covers: ['B-029'] },
  { line: 'etcdctl compaction --physical $R', setup: SEED, covers: ['B-030'] },
  { line: 'etcdctl compaction', covers: ['B-029'] },
  { line: 'etcdctl compaction 1 2', covers: ['B-029'] },
  { line: 'etcdctl compaction abc', covers: ['B-029', 'row 32'] },
  { line: 'etcdctl compaction 1', setup: `${SEED}; etcdctl compaction $R`, covers: ['B-029'] },
  { line: 'etcdctl compaction -- -5', setup: `${SEED}; etcdctl compaction $R`, covers: ['B-029'] },
  { line: 'etcdctl compaction 99999999', covers: ['B-029'] },
];
