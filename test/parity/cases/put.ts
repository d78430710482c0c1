import type { Case } from '../harness/case.ts';
import { inEveryFormat } from '../harness/formats.ts';

const FOO = 'etcdctl put foo bar';
const LEASE = 'L=$(etcdctl lease grant 600 | cut -d" " -f2)';
const ALL = 'etcdctl get --prefix "" -w json';

export const putCases: readonly Case[] = [
  ...inEveryFormat(6, { line: 'etcdctl put foo bar', after: ALL }),
  ...inEveryFormat(6, { line: 'etcdctl put foo bar2 --prev-kv', setup: FOO, after: ALL }),
  { line: 'etcdctl put foo bar --prev-kv', covers: ['B-019'], after: ALL },
  { line: 'etcdctl put foo bar2 --prev-kv --hex', setup: FOO, covers: ['B-019', 'A-004'] },
  { line: 'etcdctl put foo bar ignored', covers: ['B-017'], after: ALL },
  { line: 'etcdctl put foo ""', covers: ['B-017'], after: ALL },
  { line: 'etcdctl put "" bar', covers: ['B-017'] },
  { line: 'etcdctl put -- -k -v', covers: ['B-017'], after: ALL },
  { line: 'etcdctl put x -v', covers: ['B-017', 'row 2'], versions: ['usage on stdout'] },
  { line: 'etcdctl put', covers: ['B-017'] },
  { line: 'etcdctl put foo', covers: ['B-017'], name: 'put without a value, stdin empty' },
  { line: 'etcdctl put foo', closedStdin: true, covers: ['B-017'], name: 'put without a value, stdin closed' },
  { line: 'etcdctl put foo', stdin: 'from stdin\n', covers: ['B-017'], name: 'put of text from stdin', after: ALL },
  {
    line: 'etcdctl put foo',
    stdin: Buffer.from([0, 1, 255, 10, 13, 0]),
    covers: ['B-017'],
    name: 'put of bytes from stdin',
    after: ALL,
  },
  { line: 'etcdctl put foo bar --lease=$L', setup: LEASE, covers: ['B-018'], after: ALL },
  { line: 'etcdctl put x --lease=zz y', covers: ['B-018', 'row 21'] },
  { line: 'etcdctl put x --lease=1234 y', covers: ['B-018', 'row 22'] },
  { line: 'etcdctl put x --lease=ffffffffffffffff y', covers: ['B-018'] },
  { line: 'etcdctl put foo --ignore-value', setup: FOO, covers: ['B-020'], after: ALL },
  {
    line: 'etcdctl put foo --ignore-value --lease=$L',
    setup: `${FOO}; ${LEASE}`,
    covers: ['B-018', 'B-020'],
    after: ALL,
  },
  { line: 'etcdctl put nonexist --ignore-value', covers: ['B-020', 'row 23'] },
  { line: 'etcdctl put foo bar --ignore-value', covers: ['B-020'] },
  {
    line: 'etcdctl put foo bar2 --ignore-lease',
    setup: `${LEASE}; etcdctl put foo bar --lease=$L`,
    covers: ['B-021'],
    after: ALL,
  },
  { line: 'etcdctl put foo bar --ignore-lease --lease=$L', setup: `${FOO}; ${LEASE}`, covers: ['B-021'] },
  {
    line: "head -c 1600000 /dev/zero | tr '\\0' x | etcdctl put big",
    covers: ['B-017', 'row 24'],
    after: 'etcdctl get big --keys-only',
  },
  {
    line: "head -c 2200000 /dev/zero | tr '\\0' x | etcdctl put big",
    covers: ['B-017', 'row 25'],
    after: 'etcdctl get big --keys-only',
  },
  {
    on: 'quota',
    name: 'put beyond the quota',
    setup:
      'while head -c 400000 /dev/zero | etcdctl put big; do :; done; until etcdctl alarm list | grep NOSPACE; do :; done',
    line: 'etcdctl put more 1',
    covers: ['row 62'],
    after: 'etcdctl alarm list; etcdctl get more',
    spoils: true,
  },
];
