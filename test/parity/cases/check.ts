import type { Case } from '../harness/case.ts';

const MEASURED = ['measurements', 'compacted revision'] as const;
const PERF_KEY = 'etcdctl put /etcdctl-check-perf/x 1';
const SCALE_KEY = 'etcdctl put /etcdctl-check-datascale/x 1';
const LEFT = 'etcdctl get --prefix "" --keys-only';

export const checkCases: readonly Case[] = [
  { line: 'etcdctl check perf --load bogus', covers: ['B-099', 'row 63'] },
  {
    line: 'etcdctl check perf',
    setup: PERF_KEY,
    covers: ['B-098'],
    name: 'check perf where there are keys',
    versions: ['quoted advice'],
    after: LEFT,
  },
  {
    line: 'etcdctl check perf --prefix other',
    setup: 'etcdctl put other 1',
    covers: ['B-100'],
    versions: ['quoted advice'],
    after: LEFT,
  },
  { line: 'etcdctl check perf -w xml', covers: ['D-212'] },
  { line: 'etcdctl check datascale --load bogus', covers: ['B-104'] },
  {
    line: 'etcdctl check datascale',
    setup: SCALE_KEY,
    covers: ['B-103'],
    name: 'check datascale where there are keys',
    after: LEFT,
  },
  { line: 'etcdctl check datascale --prefix other', setup: 'etcdctl put other 1', covers: ['B-105'], after: LEFT },
  { line: 'etcdctl check datascale -w xml', covers: ['D-213'] },
];

/** What is measured may pass or fail; that is the machine's affair. */
const EITHER_WAY = '; test $? -le 1';

/** These take their time: a minute of writes, or ten thousand of them. */
export const slowCheckCases: readonly Case[] = [
  {
    name: 'check perf with its flags',
    line: `etcdctl check perf --load s --prefix perf/ --auto-compact --auto-defrag -w json${EITHER_WAY}`,
    rules: MEASURED,
    after: LEFT,
    timeoutMs: 110_000,
    covers: ['B-098', 'B-099', 'B-100', 'B-101', 'B-102', 'D-212'],
  },
  {
    name: 'check datascale with its flags',
    line: `etcdctl check datascale --load s --prefix scale/ --auto-compact --auto-defrag -w json${EITHER_WAY}`,
    rules: MEASURED,
    after: LEFT,
    timeoutMs: 110_000,
    covers: ['B-103', 'B-104', 'B-105', 'B-106', 'B-107', 'D-213'],
  },
];
