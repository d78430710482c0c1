import type { Case } from '../harness/case.ts';
import { inEveryFormat } from '../harness/formats.ts';

const GRANT = 'L=$(etcdctl lease grant 600 | cut -d" " -f2)';
const WITH_KEYS = `${GRANT}; etcdctl put lk1 1 --lease=$L; etcdctl put lk2 2 --lease=$L`;
const LIST = 'etcdctl lease list';
const rules = ['remaining ttl'] as const;

export const leaseCases: readonly Case[] = [
  ...inEveryFormat(26, { line: 'etcdctl lease grant 600', after: LIST }),
  { line: 'etcdctl lease grant', covers: ['B-037'] },
  { line: 'etcdctl lease grant abc', covers: ['B-037'] },
  { line: 'etcdctl lease grant 600 ignored', covers: ['B-037'] },
  { line: 'etcdctl lease grant 0', covers: ['B-037'] },
  { line: 'etcdctl lease grant -- -1', covers: ['B-037'] },
  { line: 'etcdctl lease grant 9000000001', covers: ['B-037', 'row 38'] },
  {
    line: 'etcdctl lease grant 600 --hex -w fields',
    covers: ['B-037', 'A-004'],
    versions: ['hex in fields'],
  },

  ...inEveryFormat(
    31,
    { line: 'etcdctl lease revoke $L', setup: WITH_KEYS, after: 'etcdctl lease list; etcdctl get lk --prefix' },
    { protobuf: { versions: ['revoke response is a pointer'], rules: ['go value'] } },
  ),
  { line: 'etcdctl lease revoke 1234', covers: ['B-038', 'row 36'] },
  { line: 'etcdctl lease revoke', covers: ['B-038'] },
  { line: 'etcdctl lease revoke zz', covers: ['B-038'] },
  { line: 'etcdctl lease revoke 1 2', covers: ['B-038'] },

  ...inEveryFormat(36, { line: 'etcdctl lease timetolive $L', setup: WITH_KEYS, rules }),
  ...inEveryFormat(36, {
    line: 'etcdctl lease timetolive $L --keys',
    setup: WITH_KEYS,
    rules: ['remaining ttl', 'any order of attached keys'],
  }),
  ...inEveryFormat(36, { line: 'etcdctl lease timetolive 1234' }),
  {
    line: 'etcdctl lease timetolive $L --keys',
    setup: GRANT,
    rules,
    covers: ['B-040'],
    name: 'timetolive without keys',
  },
  { line: 'etcdctl lease timetolive', covers: ['B-039'] },
  { line: 'etcdctl lease timetolive zz', covers: ['B-039', 'row 39'] },
  { line: 'etcdctl lease timetolive FFFFFFFFFFFFFFFF', covers: ['B-039'] },
  { line: 'etcdctl lease timetolive 0x12', covers: ['B-039'] },
  {
    line: 'etcdctl lease timetolive $L --hex -w fields',
    setup: GRANT,
    rules,
    covers: ['B-039', 'A-004'],
    versions: ['hex in fields'],
  },

  ...inEveryFormat(41, { line: 'etcdctl lease list', setup: `${GRANT}; etcdctl lease grant 700` }),
  ...inEveryFormat(41, { name: 'lease list without leases', line: 'etcdctl lease list' }),
  { line: 'etcdctl lease list ignored', setup: GRANT, covers: ['B-041'] },

  ...inEveryFormat(46, { line: 'etcdctl lease keep-alive --once $L', setup: GRANT }),
  { line: 'etcdctl lease keep-alive --once 1234', covers: ['B-043', 'row 37'] },
  { line: 'etcdctl lease keep-alive', covers: ['B-042'] },
  { line: 'etcdctl lease keep-alive zz', covers: ['B-042'] },
  ...inEveryFormat(46, { name: 'keep-alive of no lease', line: 'etcdctl lease keep-alive 1234' }),
  {
    name: 'keep-alive until the lease is revoked',
    setup: 'L=$(etcdctl lease grant 3 | cut -d" " -f2)',
    line: 'exec etcdctl lease keep-alive $L',
    steps: [
      { waitFor: 'keepalived with TTL(3)\n' },
      { waitFor: 'keepalived with TTL(3)\n' },
      { shell: 'etcdctl lease revoke $(etcdctl lease list | tail -1)' },
      { waitFor: 'expired or revoked' },
    ],
    covers: ['B-042'],
  },
  {
    name: 'keep-alive ended by a signal',
    setup: GRANT,
    line: 'exec etcdctl lease keep-alive $L',
    steps: [{ waitFor: 'keepalived' }, { signal: 'SIGINT' }],
    covers: ['B-042'],
    after: LIST,
  },
];
