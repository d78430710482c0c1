import type { Case } from '../harness/case.ts';
import { inEveryFormat } from '../harness/formats.ts';

const ROLE = 'etcdctl role add r0';
const grant = (words: string): string => `etcdctl role grant-permission r0 ${words}`;
const ALL_KINDS = [
  ROLE,
  grant('read a b'),
  grant('readwrite foo --prefix'),
  grant('read k'),
  grant('write k1 k9'),
  grant('read z --from-key'),
  grant('READ zz'),
].join('; ');
const GET = 'etcdctl role get r0';
const GRANTED = `${ROLE}; ${grant('read k')}; ${grant('read k1 k9')}; ${grant('read foo --prefix')}; ${grant('read z --from-key')}`;

const grants = (words: string, extra: Partial<Case> = {}): Case => ({
  line: grant(words),
  setup: ROLE,
  after: 'etcdctl role get r0 -w json',
  covers: ['B-080'],
  ...extra,
});

const revokes = (words: string, extra: Partial<Case> = {}): Case => ({
  line: `etcdctl role revoke-permission r0 ${words}`,
  setup: GRANTED,
  after: GET,
  covers: ['B-083'],
  ...extra,
});

export const roleCases: readonly Case[] = [
  ...inEveryFormat(136, { line: 'etcdctl role add r0', after: 'etcdctl role list' }),
  ...inEveryFormat(141, { line: 'etcdctl role delete r0', setup: ROLE, after: 'etcdctl role list' }),
  ...inEveryFormat(146, { line: 'etcdctl role get r0', setup: ALL_KINDS }),
  ...inEveryFormat(151, { line: 'etcdctl role list', setup: `${ROLE}; etcdctl role add r1` }),
  ...inEveryFormat(156, { line: grant('read k'), setup: ROLE, after: GET }),
  ...inEveryFormat(161, { line: 'etcdctl role revoke-permission r0 k', setup: GRANTED, after: GET }),

  { line: 'etcdctl role add', covers: ['B-076'] },
  { line: 'etcdctl role add ""', covers: ['B-076'] },
  { line: 'etcdctl role add r0', setup: ROLE, covers: ['B-076'], name: 'role add of one there is' },
  { line: 'etcdctl role delete', covers: ['B-077'] },
  { line: 'etcdctl role delete norole', covers: ['B-077'] },
  { line: 'etcdctl role get', covers: ['B-078'] },
  { line: 'etcdctl role get norole', covers: ['B-078'] },
  { line: 'etcdctl role get r0', setup: ROLE, covers: ['B-078'], name: 'role get without permissions' },
  {
    line: 'etcdctl role get root',
    setup: 'etcdctl role add root',
    covers: ['B-078'],
    versions: ['root may do anything'],
  },
  { line: 'etcdctl role list x', covers: ['B-079'] },
  { line: 'etcdctl role list', covers: ['B-079'], name: 'role list without roles' },

  { line: 'etcdctl role grant-permission r0 read', covers: ['B-080'] },
  { line: 'etcdctl role grant-permission r0 bad k', covers: ['B-080', 'row 56'] },
  { line: 'etcdctl role grant-permission norole read k', covers: ['B-080'] },
  grants('ReadWrite k'),
  grants('read a b ignored'),
  grants('read b a'),
  grants('read ""'),
  grants('read "" x'),
  grants('write foo --prefix', { covers: ['B-081'] }),
  grants('write "" --prefix', { covers: ['B-081'] }),
  grants('write a b --prefix', { covers: ['B-081'] }),
  grants('write foo --from-key', { covers: ['B-082'] }),
  grants('write "" --from-key', { covers: ['B-082'] }),
  grants('write a b --from-key', { covers: ['B-082'] }),
  grants('write a --prefix --from-key', { covers: ['B-081', 'B-082'] }),

  { line: 'etcdctl role revoke-permission r0', covers: ['B-083'] },
  { line: 'etcdctl role revoke-permission norole k', covers: ['B-083'] },
  revokes('k1 k9'),
  revokes('nothing'),
  revokes('foo --prefix', { covers: ['B-084'] }),
  revokes('z --from-key', { covers: ['B-085'] }),
  revokes('a b --prefix', { covers: ['B-084'] }),
  revokes('a b --from-key', { covers: ['B-085'] }),
  revokes('a --prefix --from-key', { covers: ['B-084', 'B-085'] }),
  {
    line: 'etcdctl role revoke-permission r0 "" --from-key',
    setup: `${ROLE}; ${grant('read "" --from-key')}`,
    after: GET,
    covers: ['B-085'],
  },
];
