import type { Case } from '../harness/case.ts';
import { FORMATS, inEveryFormat, type Format } from '../harness/formats.ts';

const RAISE = [
  ['maintenance/alarm', { action: 'ACTIVATE', memberID: '17975581944271693515', alarm: 'NOSPACE' }],
] as const;
const ALARM_TEXT = { versions: ['alarms as text'], rules: ['spaces'] } as const;

export const alarmCases: readonly Case[] = [
  ...inEveryFormat(
    51,
    { line: 'etcdctl alarm list', prepare: RAISE },
    { simple: ALARM_TEXT, fields: { since: '3.5' } },
  ),
  ...inEveryFormat(51, { name: 'alarm list without alarms', line: 'etcdctl alarm list' }, { fields: { since: '3.5' } }),
  ...inEveryFormat(
    56,
    { line: 'etcdctl alarm disarm', prepare: RAISE, after: 'etcdctl alarm list' },
    { simple: ALARM_TEXT, fields: { since: '3.7', expected: disarmed() } },
  ),
  ...inEveryFormat(
    56,
    { name: 'alarm disarm without alarms', line: 'etcdctl alarm disarm' },
    { fields: { since: '3.7', expected: { stdout: '"ClusterID" : 0\n"MemberID" : 0\n"RaftTerm" : 0\n' } } },
  ),
  { line: 'etcdctl alarm list x', covers: ['B-044'] },
  { line: 'etcdctl alarm disarm x', covers: ['B-045'] },
];

function disarmed(): { stdout: string } {
  const header = '"ClusterID" : 0\n"MemberID" : 0\n"RaftTerm" : 0\n';
  return { stdout: `${header}"MemberID" : 17975581944271693515\n"AlarmType" : NOSPACE\n\n` };
}

const TOOK = { versions: ['defragmentation took'], rules: ['durations'] } as const;

export const defragCases: readonly Case[] = [
  ...FORMATS.map((format): Case => ({ line: `etcdctl defrag -w ${format}`, covers: ['D-207', 'B-046'], ...TOOK })),
  { line: 'etcdctl defrag ignored', covers: ['B-046'], ...TOOK },
  { line: 'etcdctl defrag -w xml', covers: ['D-207'] },
  {
    line: 'etcdctl defrag --cluster',
    on: 'three',
    covers: ['B-047'],
    rules: ['durations', 'any order of lines'],
    versions: ['defragmentation took'],
  },
  { line: 'etcdctl defrag --endpoints=$EP3,$EP', on: 'three', covers: ['B-046'], ...TOOK },
  { line: 'etcdctl defrag --endpoints=$EP,$DEAD --command-timeout=1s', covers: ['B-046'], ...TOOK },
  { line: 'etcdctl defrag --cluster --endpoints=$DEAD --command-timeout=500ms', covers: ['B-047'] },
];

const M2 = 'b281153b08e53cd6';
const LEADER = `etcdctl endpoint status -w json | grep -o '"leader":[0-9]*'`;

export const moveLeaderCases: readonly Case[] = [
  ...inEveryFormat(116, { line: `etcdctl move-leader ${M2}`, on: 'three', after: LEADER }),
  { line: 'etcdctl move-leader f976188a233d66cb', on: 'three', covers: ['B-067'], name: 'move-leader to the leader' },
  { line: 'etcdctl move-leader 1234', on: 'three', covers: ['B-067', 'row 43'] },
  { line: `etcdctl --endpoints=$EP3 move-leader ${M2}`, on: 'three', covers: ['B-067'] },
  { line: `etcdctl --endpoints=$EP3,$EP move-leader ${M2}`, on: 'three', covers: ['B-067'] },
  { line: 'etcdctl move-leader', covers: ['B-067'] },
  { line: 'etcdctl move-leader a b', covers: ['B-067'] },
  { line: 'etcdctl move-leader zz', covers: ['B-067'] },
];

/** A whole snapshot stands there, readable by its owner alone, and nothing else. */
const SAVED = [
  'ls',
  'stat -c %a s.db',
  'test "$(head -c -32 s.db | sha256sum | cut -c -64)" = "$(tail -c 32 s.db | od -An -v -tx1 | tr -d " \\n")" && echo intact',
].join('; ');

export const snapshotCases: readonly Case[] = [
  ...FORMATS.map(
    (format: Format): Case => ({
      line: `etcdctl snapshot save s.db -w ${format}`,
      covers: ['D-208', 'B-068'],
      after: SAVED,
    }),
  ),
  { line: 'etcdctl snapshot save s.db -w xml', covers: ['D-208'], after: 'ls' },
  {
    name: 'snapshot save over an older file',
    line: 'etcdctl snapshot save s.db',
    setup: 'echo old >s.db; echo old >s.db.part; chmod 600 s.db.part',
    covers: ['B-068'],
    after: SAVED,
  },
  { line: 'etcdctl snapshot save', covers: ['B-068'], versions: ['snapshot save expects'] },
  { line: 'etcdctl snapshot save a b', covers: ['B-068'], versions: ['snapshot save expects'] },
  { line: 'etcdctl snapshot save /nonexistent/x.db', covers: ['B-068', 'row 58'] },
  {
    line: 'etcdctl snapshot save s.db --endpoints=$EP,$EP',
    covers: ['B-068', 'row 59'],
    after: 'ls',
  },
  {
    line: 'etcdctl snapshot save s.db --endpoints=$DEAD --command-timeout=500ms',
    covers: ['B-068'],
    after: 'ls -A | grep s.db',
  },
  {
    line: 'etcdctl snapshot save s.db',
    on: 'mtls',
    covers: ['B-068'],
    after: 'stat -c %a s.db',
    name: 'snapshot save over mTLS',
  },
  {
    line: 'etcdctl snapshot save s.db --user alice:alicepw',
    on: 'auth',
    covers: ['B-068'],
    after: 'ls -A | grep s.db',
  },
  { line: 'etcdctl snapshot save s.db --user root:rootpw', on: 'auth', covers: ['B-068'], after: SAVED },
];

/** A header, and the version as field 2. */
const PROTOBUF_ANSWER = new RegExp(String.raw`^\n[^]{24,27}\u0012\u0005<version>$`);
const HEADER =
  '{"cluster_id":15318729803758866500,"member_id":17975581944271693515,"revision":<revision>,"raft_term":2}';

/** The command is newer than the peers packaged; servers of 3.5 know it in part. */
export const downgradeCases: readonly Case[] = [
  ...inEveryFormat(
    61,
    { line: 'etcdctl downgrade validate $ONE_MINOR_DOWN', since: '3.6', server: '3.5', rules: ['cluster version'] },
    {
      simple: { expected: { stdout: 'Downgrade validate success, cluster version <version>\n' } },
      json: {
        expected: { stdout: `{"header":${HEADER},"version":"<version>"}\n` },
        rules: ['cluster version', 'header revision'],
      },
      fields: { expected: { exitCode: 4, stderr: 'Error: fields not supported as output format' } },
      table: { expected: { exitCode: 4, stderr: 'Error: table not supported as output format' } },
      protobuf: { expected: { stdout: PROTOBUF_ANSWER } },
    },
  ),
  ...inEveryFormat(66, { line: 'etcdctl downgrade enable $ONE_MINOR_DOWN', since: '3.6', server: '3.6', spoils: true }),
  ...inEveryFormat(71, { line: 'etcdctl downgrade cancel', since: '3.6', server: '3.6' }),
  {
    line: 'etcdctl downgrade validate',
    since: '3.6',
    expected: { exitCode: 128, stderr: 'Error: TARGET_VERSION not provided' },
    covers: ['B-048'],
  },
  {
    line: 'etcdctl downgrade validate a b',
    since: '3.6',
    expected: { exitCode: 128, stderr: 'Error: too many arguments' },
    covers: ['B-048'],
  },
  {
    line: 'etcdctl downgrade validate ""',
    since: '3.6',
    expected: { exitCode: 128, stderr: 'Error: target version not provided' },
    covers: ['B-048'],
  },
  {
    line: 'etcdctl downgrade enable',
    since: '3.6',
    expected: { exitCode: 128, stderr: 'Error: TARGET_VERSION not provided' },
    covers: ['B-049'],
  },
  {
    line: 'etcdctl downgrade validate 3.x',
    since: '3.6',
    server: '3.5',
    expected: { exitCode: 1, stderr: 'Error: etcdserver: wrong downgrade target version format' },
    covers: ['B-048'],
  },
  {
    line: 'etcdctl downgrade validate 3.1.0',
    since: '3.6',
    server: '3.5',
    expected: { exitCode: 1, stderr: 'Error: etcdserver: invalid downgrade target version' },
    covers: ['B-048'],
  },
  {
    line: 'etcdctl downgrade enable 9.9.9',
    since: '3.6',
    server: '3.5',
    expected: { exitCode: 1, stderr: 'Error: etcdserver: invalid downgrade target version' },
    covers: ['B-049'],
  },
  { line: 'etcdctl downgrade cancel ignored', since: '3.6', server: '3.6', covers: ['B-050'] },
  {
    name: 'downgrade cancel of nothing, on 3.5',
    line: 'etcdctl downgrade cancel',
    since: '3.6',
    server: '3.5',
    expected: { exitCode: 1, stderr: 'Error: etcdserver: no inflight downgrade job' },
    covers: ['B-050'],
  },
];
