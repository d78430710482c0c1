import type { Case } from '../harness/case.ts';
import { inEveryFormat } from '../harness/formats.ts';

const ENDPOINTS = '--endpoints=$EP,$EP2,$EP3';
const ONE_DEAD = '--endpoints=$EP,$DEAD --command-timeout=1s';
const SEED = 'etcdctl put a 1';
const ARRIVAL = ['durations', 'any order of lines', 'any order of objects', 'any order of blocks'] as const;

const healthCases: readonly Case[] = [
  ...inEveryFormat(
    76,
    { line: 'etcdctl endpoint health', rules: ['durations'] },
    { simple: { versions: ['healthy is said on stderr'] } },
  ),
  ...inEveryFormat(
    76,
    { line: `etcdctl endpoint health ${ONE_DEAD}`, rules: ARRIVAL },
    { simple: { versions: ['healthy is said on stderr'], covers: ['row 61'] } },
  ),
  ...inEveryFormat(
    76,
    { line: `etcdctl endpoint health --cluster`, on: 'three', rules: ARRIVAL },
    { simple: { versions: ['healthy is said on stderr'], covers: ['B-052'] } },
  ),
  ...inEveryFormat(76, {
    name: 'endpoint health with an alarm',
    line: 'etcdctl endpoint health',
    prepare: [['maintenance/alarm', { action: 'ACTIVATE', memberID: '17975581944271693515', alarm: 'NOSPACE' }]],
    since: '3.5',
    rules: ['durations'],
  }),
  {
    line: 'etcdctl endpoint health ignored',
    covers: ['B-051'],
    rules: ['durations'],
    versions: ['healthy is said on stderr'],
  },
  {
    line: 'etcdctl endpoint health --endpoints=$DEAD --command-timeout=500ms',
    covers: ['B-051'],
    rules: ['durations'],
  },
  {
    line: 'etcdctl endpoint health --cluster --endpoints=$DEAD --command-timeout=500ms',
    covers: ['B-052'],
  },
];

const statusCases: readonly Case[] = [
  ...inEveryFormat(
    81,
    { line: 'etcdctl endpoint status', setup: SEED, rules: ['database size', 'raft index'] },
    {
      simple: { versions: ['sixteen columns of status'] },
      fields: { versions: ['more fields of status'] },
      table: { versions: ['sixteen columns of status'] },
      protobuf: { covers: ['row 14'] },
    },
  ),
  ...inEveryFormat(
    81,
    { line: `etcdctl endpoint status ${ENDPOINTS}`, on: 'three', rules: ['database size', 'raft index'] },
    {
      simple: { versions: ['sixteen columns of status'] },
      fields: { versions: ['more fields of status'] },
      table: { versions: ['sixteen columns of status'] },
    },
  ),
  {
    line: 'etcdctl endpoint status --cluster -w table',
    on: 'three',
    rules: ['database size', 'raft index'],
    versions: ['sixteen columns of status'],
    covers: ['B-054'],
  },
  {
    line: `etcdctl endpoint status ${ONE_DEAD}`,
    rules: ['database size', 'raft index'],
    versions: ['sixteen columns of status'],
    covers: ['B-053'],
  },
  {
    line: 'etcdctl endpoint status --endpoints=$DEAD --command-timeout=500ms -w json',
    versions: ['no endpoints are null'],
    covers: ['B-053'],
  },
  {
    name: 'endpoint status with an alarm',
    line: 'etcdctl endpoint status -w json',
    prepare: [['maintenance/alarm', { action: 'ACTIVATE', memberID: '17975581944271693515', alarm: 'NOSPACE' }]],
    rules: ['database size', 'raft index'],
    covers: ['B-053'],
  },
  {
    name: 'endpoint status with an alarm, simple',
    line: 'etcdctl endpoint status',
    prepare: [['maintenance/alarm', { action: 'ACTIVATE', memberID: '17975581944271693515', alarm: 'NOSPACE' }]],
    rules: ['database size', 'raft index'],
    versions: ['sixteen columns of status'],
    covers: ['B-053'],
  },
  {
    line: 'etcdctl endpoint status --hex -w fields',
    rules: ['database size', 'raft index'],
    versions: ['more fields of status', 'hex in fields'],
    covers: ['B-053', 'A-004'],
  },
];

const hashCases: readonly Case[] = [
  ...inEveryFormat(
    86,
    { line: 'etcdctl endpoint hashkv', setup: SEED, rules: ['hash'] },
    {
      simple: { versions: ['revision of the hash'] },
      fields: { versions: ['revision of the hash'] },
      table: { versions: ['revision of the hash'] },
    },
  ),
  {
    line: 'etcdctl endpoint hashkv --cluster',
    on: 'three',
    setup: `${SEED}; sleep 0.2`,
    rules: ['hash'],
    versions: ['revision of the hash'],
    covers: ['B-056'],
  },
  {
    line: 'etcdctl endpoint hashkv --rev=$R',
    setup: `${SEED}; R=$(revision); etcdctl put b 1`,
    rules: ['hash'],
    versions: ['revision of the hash'],
    covers: ['B-057'],
  },
  { line: 'etcdctl endpoint hashkv --rev=999999', covers: ['B-057'] },
  {
    line: `etcdctl endpoint hashkv ${ONE_DEAD}`,
    rules: ['hash'],
    versions: ['revision of the hash'],
    covers: ['B-055'],
  },
  {
    line: 'etcdctl endpoint hashkv --endpoints=$DEAD --command-timeout=500ms -w json',
    versions: ['no endpoints are null'],
    covers: ['B-055'],
  },
];

export const endpointCases: readonly Case[] = [...healthCases, ...statusCases, ...hashCases];
