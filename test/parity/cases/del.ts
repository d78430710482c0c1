import type { Case } from '../harness/case.ts';
import { inEveryFormat } from '../harness/formats.ts';

const SEED = 'etcdctl put a 1; etcdctl put b 2; etcdctl put c 3';
const LEFT = 'etcdctl get --prefix "" -w json';

export const delCases: readonly Case[] = [
  ...inEveryFormat(11, { line: 'etcdctl del a', setup: SEED, after: LEFT }),
  ...inEveryFormat(11, { line: 'etcdctl del --prefix "" --prev-kv', setup: SEED, after: LEFT }),
  { line: 'etcdctl del nothing', covers: ['B-022'], after: LEFT },
  { line: 'etcdctl del nothing -w json', covers: ['B-022'] },
  { line: 'etcdctl del', covers: ['B-022'] },
  { line: 'etcdctl del ""', covers: ['B-022'] },
  { line: 'etcdctl del a b c', covers: ['B-022', 'row 26'] },
  {
    line: 'etcdctl del a c',
    setup: SEED,
    covers: ['B-022'],
    after: LEFT,
    versions: ['range deletion is announced'],
  },
  { line: 'etcdctl del --prefix ""', setup: SEED, covers: ['B-023'], after: LEFT },
  { line: 'etcdctl del a --prefix', setup: `${SEED}; etcdctl put ab 1`, covers: ['B-023'], after: LEFT },
  { line: 'etcdctl del a b --prefix', covers: ['B-023'] },
  { line: 'etcdctl del a --prev-kv --hex', setup: SEED, covers: ['B-024', 'A-004'] },
  { line: 'etcdctl del nothing --prev-kv', covers: ['B-024'] },
  { line: 'etcdctl del b --from-key', setup: SEED, covers: ['B-025'], after: LEFT },
  { line: 'etcdctl del "" --from-key', setup: SEED, covers: ['B-025'], after: LEFT },
  { line: 'etcdctl del a --prefix --from-key', covers: ['B-023', 'B-025'] },
  { line: 'etcdctl del a c --range', setup: SEED, since: '3.5', covers: ['B-026'], after: LEFT },
  { line: 'etcdctl del a --range', setup: SEED, since: '3.5', covers: ['B-026'], after: LEFT },
];
