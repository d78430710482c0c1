import type { Case } from '../harness/case.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'];
const LEAVES_WITH_FLAGS = [
  'get',
  'put',
  'del',
  'txn',
  'compaction',
  'watch',
  'lease timetolive',
  'lease keep-alive',
  'member add',
  'member update',
  'endpoint health',
  'endpoint hashkv',
  'defrag',
  'lock',
  'elect',
  'user add',
  'user get',
  'user passwd',
  'role grant-permission',
  'role revoke-permission',
  'check perf',
  'check datascale',
  'make-mirror',
];
const PARENTS = ['lease', 'alarm', 'downgrade', 'endpoint', 'member', 'snapshot', 'auth', 'role', 'user', 'check'];
const HELP = ['help'] as const;

/** Prose is ours; what must agree is the usage line and the flags. */
export const helpCases: readonly Case[] = [
  ...LEAVES_WITH_FLAGS.map(
    (command): Case => ({ line: `etcdctl ${command} --help`, since: '3.7', rules: HELP, covers: ['A-022'] }),
  ),
  {
    line: 'etcdctl --help',
    since: '3.7',
    rules: HELP,
    expected: { stdout: /^etcdctl \[command\]/ },
    covers: ['A-022'],
  },
  { line: 'etcdctl -h', since: '3.7', rules: HELP, covers: ['A-022'] },
  { line: 'etcdctl', since: '3.7', rules: HELP, covers: ['A-022'] },
  { line: 'etcdctl help', since: '3.7', rules: HELP, expected: { stdout: /^etcdctl \[command\]/ }, covers: ['B-122'] },
  { line: 'etcdctl help get', since: '3.7', rules: HELP, expected: { stdout: /--consistency/ }, covers: ['B-122'] },
  {
    line: 'etcdctl help lease grant -w xml',
    since: '3.7',
    rules: HELP,
    expected: { stdout: /lease grant/ },
    covers: ['B-122', 'D-216'],
  },
  { line: 'etcdctl help bogus', since: '3.7', rules: HELP, covers: ['B-122'] },
  { line: 'etcdctl options', since: '3.7', rules: HELP, expected: { stdout: /--endpoints/ }, covers: ['B-123'] },
  { line: 'etcdctl options -w xml', since: '3.7', rules: HELP, expected: { stdout: /--endpoints/ }, covers: ['D-217'] },
];

export const parentCases: readonly Case[] = PARENTS.flatMap((parent, index): Case[] => {
  const covers = [`C-${String(index + 1).padStart(3, '0')}`];
  return [
    {
      line: `etcdctl ${parent}`,
      since: '3.7',
      rules: HELP,
      expected: { stdout: new RegExp(`^etcdctl ${parent} \\[command\\]`) },
      covers,
    },
    {
      line: `etcdctl ${parent} bogus`,
      ...(parent === 'downgrade' && { since: '3.6' }),
      rules: HELP,
      versions: ['layout of help'],
      covers: parent === 'lease' ? [...covers, 'row 9'] : covers,
    },
  ];
});

export const utilityCases: readonly Case[] = [
  { line: 'etcdctl version', rules: ['version'], covers: ['B-121'] },
  { line: 'etcdctl version ignored -w xml', rules: ['version'], covers: ['B-121', 'D-214'] },
  { line: 'ETCDCTL_BOGUS=1 etcdctl version', rules: ['version'], covers: ['B-121', 'E-026'] },
  { line: 'etcdctl bogus', covers: ['row 6'] },
  { line: 'etcdctl gett foo', covers: ['row 7'] },
  { line: 'etcdctl l foo', covers: ['row 8'] },
  { line: 'etcdctl --version', covers: ['A-022'], versions: ['usage on stdout'] },
  ...SHELLS.map(
    (shell): Case => ({
      line: `etcdctl completion ${shell}`,
      since: '3.6',
      rules: ['completion script'],
      expected: { stdout: new RegExp(`${shell} completion`) },
      covers: ['B-120'],
    }),
  ),
  {
    line: 'etcdctl completion bash -w xml',
    since: '3.6',
    rules: ['completion script'],
    expected: { stdout: /bash completion/ },
    covers: ['D-215'],
  },
  {
    line: 'etcdctl completion',
    since: '3.6',
    expected: { exitCode: 1, stderr: 'Error: accepts 1 arg(s), received 0' },
    covers: ['B-120'],
  },
  {
    line: 'etcdctl completion foo',
    since: '3.6',
    expected: { exitCode: 1, stderr: 'Error: invalid argument "foo" for "etcdctl completion"' },
    covers: ['B-120'],
  },
  ...['le', 'lease ', 'get --con', 'get --sort-by ""', '-w ""', 'member l', 'check perf --load ""', 'get k --'].map(
    (words): Case => ({
      line: `etcdctl __complete ${words.endsWith(' ') ? `${words}""` : words}`,
      since: '3.7',
      rules: ['no descriptions'],
      covers: ['B-124'],
    }),
  ),
  {
    line: 'etcdctl __complete lease gr',
    since: '3.7',
    rules: ['no descriptions'],
    expected: { stdout: /^grant\n:4\n$/, stderr: 'Completion ended with directive: ShellCompDirectiveNoFileComp' },
    covers: ['B-124'],
  },
  {
    line: 'etcdctl __completeNoDesc lease gr',
    since: '3.7',
    expected: { stdout: 'grant\n:4\n', stderr: 'Completion ended with directive: ShellCompDirectiveNoFileComp' },
    covers: ['B-125'],
  },
];
