import type { Case } from '../harness/case.ts';
import { inEveryFormat } from '../harness/formats.ts';

/** What happens to w1 is seen from $R on. */
const PAST = 'R=$(($(revision) + 1)); etcdctl put w1 a; etcdctl put w1 b; etcdctl del w1';
const PUT_A = { shell: 'etcdctl put w1 a' } as const;
const STOP = { signal: 'SIGINT' } as const;
const BEGUN = { watchers: 1 } as const;
const EOF_WORDING = ['small letter in watch -i'] as const;
const EXEC_ENV = 'echo $ETCD_WATCH_REVISION $ETCD_WATCH_EVENT_TYPE $ETCD_WATCH_KEY $ETCD_WATCH_VALUE';

export const watchCases: readonly Case[] = [
  ...inEveryFormat(
    21,
    { line: 'exec etcdctl watch w1', steps: [BEGUN, PUT_A, { waitFor: 'w1\na\n' }, STOP] },
    {
      json: { versions: ['cancel reason in watch'], steps: [BEGUN, PUT_A, { waitFor: 'dzE=' }, STOP] },
      fields: { steps: [BEGUN, PUT_A, { waitFor: '"Lease"' }, STOP] },
      protobuf: { steps: [BEGUN, PUT_A, { waitFor: '*\u0001a' }, STOP] },
    },
  ).filter(({ name }) => !name?.endsWith('table')),
  ...inEveryFormat(
    21,
    {
      name: 'watch of the past',
      line: 'exec etcdctl watch w1 --rev=$R --prev-kv',
      setup: PAST,
      steps: [{ waitFor: 'DELETE\nw1' }, STOP],
    },
    {
      json: { versions: ['cancel reason in watch'], steps: [{ waitFor: '"type":1' }, STOP] },
      fields: { steps: [{ waitFor: '"Type" : DELETE' }, { waitFor: '"Lease"' }, STOP] },
      table: { steps: [] },
      protobuf: { steps: [{ waitFor: '\x08\x01' }, STOP] },
    },
  ),
  {
    name: 'watch three events as they come',
    line: 'exec etcdctl watch w1',
    steps: [
      BEGUN,
      PUT_A,
      { waitFor: 'PUT\nw1\na\n' },
      { shell: 'etcdctl put w1 b' },
      { waitFor: 'PUT\nw1\nb\n' },
      { shell: 'etcdctl del w1' },
      { waitFor: 'DELETE\nw1\n\n' },
      STOP,
    ],
    covers: ['B-031'],
  },
  { line: 'etcdctl watch', covers: ['B-031', 'row 33'] },
  {
    line: 'etcdctl watch k1 --rev 1',
    setup: 'etcdctl put k1 v; etcdctl compaction $(revision)',
    covers: ['B-031', 'row 34'],
  },
  {
    line: 'etcdctl watch k1 --rev 1 -w json',
    setup: 'etcdctl put k1 v; etcdctl compaction $(revision)',
    covers: ['B-031', 'B-034'],
    versions: ['cancel reason in watch'],
  },
  { line: 'etcdctl watch k1 a', covers: ['B-031'], name: 'watch of an empty range' },
  {
    line: 'exec etcdctl watch w1 w9',
    steps: [
      BEGUN,
      { shell: 'etcdctl put w5 in; etcdctl put w9 out; etcdctl put w6 in' },
      { waitFor: 'w6\nin\n' },
      STOP,
    ],
    covers: ['B-031'],
  },
  {
    line: 'exec etcdctl watch w1 w2 w3',
    steps: [BEGUN, { shell: 'etcdctl put w2 x; etcdctl put w1 y' }, { waitFor: 'w1\ny\n' }, STOP],
    covers: ['B-031'],
  },
  { line: 'etcdctl watch w1 w2 --prefix', covers: ['B-033'] },
  {
    line: 'exec etcdctl watch --prefix w',
    steps: [BEGUN, { shell: 'etcdctl put w5 in; etcdctl put x out; etcdctl put w6 in' }, { waitFor: 'w6\nin\n' }, STOP],
    covers: ['B-033'],
  },
  {
    line: 'exec etcdctl watch --prefix ""',
    steps: [BEGUN, { shell: 'etcdctl put any thing' }, { waitFor: 'any\nthing\n' }, STOP],
    covers: ['B-033'],
  },
  { line: 'exec etcdctl watch w1 --rev=$R', setup: PAST, steps: [{ waitFor: 'DELETE' }, STOP], covers: ['B-034'] },
  { line: 'etcdctl watch w1 --rev=-1', setup: PAST, covers: ['B-034'] },
  {
    line: 'exec etcdctl watch w1 --prev-kv --hex',
    setup: PAST,
    steps: [
      BEGUN,
      PUT_A,
      { waitFor: String.raw`\x61` },
      { shell: 'etcdctl put w1 b' },
      { waitFor: String.raw`\x62` },
      STOP,
    ],
    covers: ['B-035', 'A-004'],
  },
  {
    line: 'exec etcdctl watch w1 --progress-notify',
    since: '3.5',
    steps: [BEGUN, PUT_A, { waitFor: 'w1\na\n' }, STOP],
    covers: ['B-036'],
  },
  {
    name: 'watch ended by SIGTERM',
    line: 'exec etcdctl watch w1',
    steps: [BEGUN, { signal: 'SIGTERM' }],
    covers: ['B-031'],
  },
];

export const watchExecCases: readonly Case[] = [
  {
    name: 'watch that runs a command for each event',
    line: `exec etcdctl watch w1 --rev=$R -- sh -c '${EXEC_ENV}'`,
    setup: 'R=$(($(revision) + 1)); etcdctl put w1 "z y"; etcdctl del w1',
    steps: [{ waitFor: '"DELETE" "w1" ""' }, STOP],
    covers: ['B-031', 'E-029', 'E-030', 'E-031', 'E-032'],
  },
  {
    name: 'watch whose command fails',
    line: "exec etcdctl watch w1 --rev=$R -- sh -c 'echo hi; exit 3'",
    setup: PAST,
    steps: [],
    covers: ['B-031'],
  },
  {
    name: 'watch whose command does not exist',
    line: 'exec etcdctl watch w1 --rev=$R -- /nonexistent/command',
    setup: PAST,
    steps: [],
    covers: ['B-031'],
  },
  { line: 'etcdctl watch w1 --', covers: ['B-031'] },
  {
    name: 'watch whose command has a word twice',
    line: 'timeout 3 etcdctl watch w1 --rev=$R -- echo echo',
    setup: PAST,
    covers: ['B-031'],
  },
];

export const watchEnvironmentCases: readonly Case[] = [
  {
    line: 'ETCDCTL_WATCH_KEY=w1 exec etcdctl watch',
    steps: [BEGUN, PUT_A, { waitFor: 'w1\na\n' }, STOP],
    covers: ['E-023'],
  },
  {
    line: 'ETCDCTL_WATCH_KEY=w1 ETCDCTL_WATCH_RANGE_END=w9 exec etcdctl watch',
    steps: [BEGUN, { shell: 'etcdctl put w5 x' }, { waitFor: 'w5\nx\n' }, STOP],
    covers: ['E-023', 'E-024'],
  },
  { line: 'ETCDCTL_WATCH_KEY=w1 etcdctl watch w2', covers: ['E-023'] },
  { line: 'ETCDCTL_WATCH_RANGE_END=w9 etcdctl watch', covers: ['E-024'] },
  { line: 'ETCDCTL_WATCH_RANGE_END=w9 etcdctl watch -i', covers: ['E-024'] },
  {
    name: 'watch -i of the key in the environment',
    line: 'ETCDCTL_WATCH_KEY=w1 exec etcdctl watch -i',
    steps: [{ send: 'watch\n' }, BEGUN, PUT_A, { waitFor: 'w1\na\n' }, { endInput: true }],
    versions: EOF_WORDING,
    covers: ['E-023', 'B-032'],
  },
  {
    name: 'watch -i with a key beside the one in the environment',
    line: 'ETCDCTL_WATCH_KEY=w1 exec etcdctl watch -i',
    steps: [{ send: 'watch w2\n' }],
    covers: ['E-023', 'B-032'],
  },
];

export const watchInteractiveCases: readonly Case[] = [
  {
    name: 'watch -i of two keys',
    line: 'exec etcdctl watch -i',
    steps: [
      { send: 'watch w1\n' },
      BEGUN,
      PUT_A,
      { waitFor: 'PUT\nw1\na\n' },
      { send: 'watch --prefix --prev-kv x\n' },
      { watchers: 2 },
      { shell: 'etcdctl put x1 1; etcdctl put x1 2' },
      { waitFor: 'PUT\nx1\n1\nx1\n2\n' },
      { endInput: true },
    ],
    versions: EOF_WORDING,
    covers: ['B-032'],
  },
  {
    name: 'watch -i with progress',
    line: 'exec etcdctl watch -i',
    steps: [
      { send: 'watch w1\n' },
      BEGUN,
      PUT_A,
      { waitFor: 'PUT\nw1\na\n' },
      { send: 'progress\n' },
      { waitFor: /progress notify: \d+\n/ },
      { endInput: true },
    ],
    versions: EOF_WORDING,
    covers: ['B-032'],
  },
  {
    name: 'watch -i with a command',
    line: 'exec etcdctl watch -i',
    steps: [{ send: 'watch w1 -- echo seen\n' }, BEGUN, PUT_A, { waitFor: 'seen\n' }, { endInput: true }],
    versions: EOF_WORDING,
    covers: ['B-032'],
  },
  {
    name: 'watch -i with lines that make no sense',
    line: 'exec etcdctl watch -i',
    steps: [
      { send: '\nfoo\nwatch\n' },
      { waitFor: '(command type or key is not provided)', in: 'stderr' },
      { endInput: true },
    ],
    versions: EOF_WORDING,
    covers: ['B-032'],
  },
  {
    name: 'watch -i of a range with --prefix',
    line: 'exec etcdctl watch -i',
    steps: [{ send: 'watch w1 w2 --prefix\n' }, { waitFor: 'mutually exclusive', in: 'stderr' }, { endInput: true }],
    versions: EOF_WORDING,
    covers: ['B-032'],
  },
  { name: 'watch -i with an unknown flag', line: 'etcdctl watch -i', stdin: 'watch w1 --bogus\n', covers: ['B-032'] },
  { name: 'watch -i of empty stdin', line: 'etcdctl watch -i', versions: EOF_WORDING, covers: ['B-032'] },
  {
    name: 'watch -i of a line without end',
    line: 'etcdctl watch -i',
    stdin: 'watch w1',
    versions: EOF_WORDING,
    covers: ['B-032'],
  },
  {
    name: 'watch -i on a terminal',
    line: 'exec etcdctl watch -i',
    terminal: true,
    steps: [{ send: 'watch w1\n' }, BEGUN, PUT_A, { waitFor: 'w1\r\na\r\n' }, { send: '\u0004' }],
    versions: EOF_WORDING,
    covers: ['B-032'],
  },
];
