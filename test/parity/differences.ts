/**
 * Every way in which ours differs from Go's etcdctl on purpose. A difference
 * that is not listed fails the suite, and so does a listed one that no longer
 * shows.
 */
import type { Series } from '../support/binaries.ts';
import type { Aspect } from './harness/view.ts';

export interface DeliberateDifference {
  readonly id: string;
  readonly reason: string;
  /** Names of the cases in which it shows, or patterns of them; it must show in each. */
  readonly cases: readonly (string | RegExp)[];
  /** The aspects that differ; all others must be equal. */
  readonly aspects: readonly Aspect[];
  /** Peers against which it shows; all by default. */
  readonly peers?: readonly Series[];
  /** What ours does there. */
  readonly ours: {
    readonly exitCode?: number;
    readonly stdout?: string | RegExp;
    /** Found in the lines on stderr. */
    readonly messages?: RegExp;
    readonly after?: string | RegExp;
  };
}

const UNPRINTABLE = {
  exitCode: 4,
  stdout: '',
  messages: /^Error: (table|fields|protobuf) not supported as output format$/,
};
const TABLE = { ...UNPRINTABLE, messages: /^Error: table not supported as output format$/ };

/** An output that a command cannot give is refused before anything is changed, not after. */
const formats: readonly DeliberateDifference[] = [
  {
    id: 'format-before-change',
    reason: 'a refused format must not leave the change behind, for a script takes the exit code for "not done"',
    cases: [
      /^etcdctl (put|del) .* -w table$/,
      /^txn that (succeeds|fails) -w table$/,
      /^(etcdctl lease (grant|revoke)|exec etcdctl lock n|exec etcdctl elect el prop|etcdctl alarm disarm) .*-w table$/,
      'exec etcdctl lock n -w table',
      'exec etcdctl elect el prop -w table',
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
    reason: 'as format-before-change; the message names the format instead of a Go type',
    cases: ['etcdctl lease revoke $L -w protobuf'],
    aspects: ['messages', 'after'],
    ours: { ...UNPRINTABLE, messages: /^Error: protobuf not supported as output format$/ },
  },
  {
    id: 'format-before-first-line',
    reason: 'as format-before-change; nothing of an output that is refused is printed',
    cases: ['etcdctl user get --detail u1 -w table'],
    aspects: ['stdout'],
    ours: TABLE,
  },
  {
    id: 'format-before-waiting',
    reason: 'a format that can never be printed is refused at once, not once there is something to print',
    cases: ['keep-alive of no lease -w table'],
    aspects: ['exitCode', 'messages'],
    ours: TABLE,
  },
  {
    id: 'yaml',
    reason: 'ours prints YAML too',
    cases: ['etcdctl get foo -w yaml'],
    aspects: ['exitCode', 'stdout', 'messages'],
    ours: { exitCode: 0, stdout: /^header:\n/ },
  },
];

/** Where Go's tool dies of a panic or does what was not meant. */
const mended: readonly DeliberateDifference[] = [
  {
    id: 'txn-operator',
    reason: 'an unknown operator is bad input, no reason to panic',
    cases: ['txn with an unknown operator'],
    aspects: ['exitCode', 'messages'],
    ours: { exitCode: 3, messages: /^Error: malformed comparison: version\("k1"\) >= "1" / },
  },
  {
    id: 'txn-lease',
    reason: 'a lease can be compared; Go panics at every value until 3.8',
    cases: ['txn comparing a lease'],
    aspects: ['exitCode', 'stdout', 'messages', 'after'],
    ours: { exitCode: 0, stdout: /^SUCCESS\n/ },
  },
  {
    id: 'watch-command-words',
    reason: 'a command may say a word twice; Go takes its first word for the end of the range',
    cases: ['watch whose command has a word twice'],
    aspects: ['exitCode', 'stdout', 'messages'],
    ours: { exitCode: 124, stdout: 'PUT\nw1\na\nPUT\nw1\nb\nDELETE\nw1\n\necho\necho\necho\n' },
  },
  {
    id: 'unknown-subcommand',
    reason: 'a misspelt subcommand must not pass for success',
    cases: [/^etcdctl (lease|alarm|downgrade|endpoint|member|snapshot|auth|role|user|check) bogus$/],
    aspects: ['exitCode', 'stdout', 'messages'],
    ours: { exitCode: 1, stdout: '', messages: /^Error: unknown command "bogus" for "etcdctl \w+"/ },
  },
  {
    id: 'consistency-named',
    reason: 'the message names the value that was given, not the default of another command',
    cases: ['etcdctl member list --consistency=x'],
    aspects: ['messages'],
    ours: { exitCode: 4, messages: /^Error: unknown consistency flag "x"$/ },
  },
  {
    id: 'command-timeout-variable',
    reason: 'ETCDCTL_COMMAND_TIMEOUT counts for every command; Go reads it too late for half of them',
    cases: ['ETCDCTL_ENDPOINTS=$DEAD ETCDCTL_COMMAND_TIMEOUT=500ms timeout 3 etcdctl get foo'],
    aspects: ['exitCode', 'messages'],
    ours: { exitCode: 1, messages: /^Error: context deadline exceeded$/m },
  },
  {
    id: 'address-in-brackets',
    reason: 'an IPv4 address in brackets, as runbooks have it, is that address',
    cases: [/^etcdctl --endpoints=https:\/\/\[127\.0\.0\.1\]:\$PORT /],
    aspects: ['exitCode', 'stdout', 'messages'],
    ours: { exitCode: 0, stdout: 'foo\nbar\n' },
  },
];

/** What the environment says, said better. */
const environment: readonly DeliberateDifference[] = [
  {
    id: 'flag-over-variable',
    reason: 'the flag wins over its variable with a warning; Go dies, even when both are equal',
    cases: [
      'ETCDCTL_ENDPOINTS=$EP etcdctl --endpoints=$EP get foo',
      'ETCDCTL_WRITE_OUT=json etcdctl -w simple get foo',
    ],
    aspects: ['exitCode', 'stdout', 'messages'],
    ours: { exitCode: 0, stdout: 'foo\nbar\n', messages: /^Warning: ETCDCTL_\w+ is ignored: --[\w-]+ was given$/ },
  },
  {
    id: 'bad-value-in-variable',
    reason: 'a variable that does not parse is ignored as in Go, but not in silence',
    cases: ['ETCDCTL_HEX=maybe etcdctl get foo', 'ETCDCTL_COMMAND_TIMEOUT=abc etcdctl get foo'],
    aspects: ['messages'],
    ours: { messages: /^Warning: ETCDCTL_\w+ is ignored: / },
  },
  {
    id: 'empty-variable',
    reason: 'an empty variable is unset; Go ignores it too, but calls a variable it knows unrecognized',
    cases: ['an empty variable is unset', 'ETCDCTL_CERT= etcdctl get foo'],
    aspects: ['messages'],
    ours: { messages: /^(?!unrecognized)/ },
  },
  {
    id: 'user-without-authentication',
    reason: 'Go logs that authentication is off; ours says it in words',
    cases: ['a user where authentication is off'],
    aspects: ['messages'],
    ours: { messages: /^Warning: authentication is not enabled on the server: --user is ignored$/ },
  },
  {
    id: 'empty-authority',
    reason: 'a CA file without certificates leads to TLS errors later; ours says so at once',
    cases: ['etcdctl --endpoints=$URL --cacert=empty.crt --command-timeout=1s get x'],
    aspects: ['messages'],
    ours: { exitCode: 1, messages: /^Warning: empty\.crt \(--cacert\) holds no certificate/ },
  },
  {
    id: 'empty-password',
    reason: 'a user is made without a password when stdin is empty, as in Go, but not in silence',
    cases: ['user add of empty stdin'],
    aspects: ['messages'],
    ours: { exitCode: 0, messages: /^Warning: the password read from stdin is empty$/ },
  },
  {
    id: 'debug-hides-secrets',
    reason: '--debug prints no password',
    cases: ['etcdctl --debug --user alice:alicepw get app/x'],
    aspects: ['messages'],
    ours: { exitCode: 0, messages: /^ETCDCTL_USER=\*\*\*$/m },
  },
];

const colour: readonly DeliberateDifference[] = [
  {
    id: 'colour-on-a-terminal',
    reason: 'on a terminal the word Error is red, unless NO_COLOR is set',
    cases: ['watch -i on a terminal', 'user add told two passwords', 'user add told no password'],
    aspects: ['stdout'],
    ours: { stdout: new RegExp(`${String.fromCharCode(27)}\\[\\d+(?:;\\d+)*mError:`) },
  },
];

export const differences: readonly DeliberateDifference[] = [...formats, ...mended, ...environment, ...colour];

/** Whether a difference that lists `pattern` means the case of this name. */
export function claims(pattern: string | RegExp, name: string): boolean {
  return typeof pattern === 'string' ? pattern === name : pattern.test(name);
}
