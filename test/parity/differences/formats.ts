/** Output formats. */
import type { DeliberateDifference } from './difference.ts';

const UNPRINTABLE = {
  exitCode: 4,
  stdout: '',
  messages: /^Error: (table|fields|protobuf) not supported as output format$/,
};
const TABLE = { ...UNPRINTABLE, messages: /^Error: table not supported as output format$/ };

/** An output that a command cannot give is refused before anything is changed, not after. */
export const formats: readonly DeliberateDifference[] = [
  {
    id: 'format-before-change',
    readme: 'a format that the command cannot print (`put`, `del`, `txn`, `member add -w table`)',
    reason: 'a refused format must not leave the change behind, for a script takes the exit code for "not done"',
    cases: [
      /^etcdctl (put|del) .* -w table$/,
      /^txn that (succeeds|fails) -w table$/,
      /^etcdctl lease (grant|revoke) .* -w table$/,
      /^exec etcdctl (lock n|elect el prop) -w table$/,
      'etcdctl alarm disarm -w table',
      /^etcdctl member (add|remove|update|promote) .* -w (fields|table)$/,
      /^etcdctl move-leader .* -w (fields|table)$/,
      /^etcdctl user (add|delete|grant-role|revoke-role) .* -w table$/,
      /^etcdctl role (add|delete|grant-permission|revoke-permission) .* -w table$/,
    ],
    aspects: ['after'],
    ours: UNPRINTABLE,
  },
  {
    id: 'format-before-change-revoke',
    readme: 'a format that the command cannot print (`put`, `del`, `txn`, `member add -w table`)',
    reason: 'as format-before-change; the message names the format instead of a Go type',
    cases: ['etcdctl lease revoke $L -w protobuf'],
    aspects: ['messages', 'after'],
    ours: { ...UNPRINTABLE, messages: /^Error: protobuf not supported as output format$/ },
  },
  {
    id: 'format-before-first-line',
    readme: 'a format that the command cannot print (`put`, `del`, `txn`, `member add -w table`)',
    reason: 'as format-before-change; nothing of an output that is refused is printed',
    cases: ['etcdctl user get --detail u1 -w table'],
    aspects: ['stdout'],
    ours: TABLE,
  },
  {
    id: 'format-before-waiting',
    readme: 'a format that the command cannot print (`put`, `del`, `txn`, `member add -w table`)',
    reason: 'a format that can never be printed is refused at once, not once there is something to print',
    cases: ['keep-alive of no lease -w table'],
    aspects: ['exitCode', 'messages'],
    ours: TABLE,
  },
  {
    id: 'yaml',
    readme: '`-w yaml`',
    reason: 'ours prints YAML too',
    cases: ['etcdctl get foo -w yaml'],
    aspects: ['exitCode', 'stdout', 'messages'],
    ours: { exitCode: 0, stdout: /^header:\n/ },
  },
];
