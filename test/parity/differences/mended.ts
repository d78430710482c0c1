/** Where Go's tool dies of a panic or does what was not meant. */
import type { DeliberateDifference } from './difference.ts';

export const mended: readonly DeliberateDifference[] = [
  {
    id: 'txn-operator',
    readme: 'a bad operator in a txn compare (`>=`), a compare of leases',
    reason: 'an unknown operator is bad input, no reason to panic',
    cases: ['txn with an unknown operator'],
    aspects: ['exitCode', 'messages'],
    ours: { exitCode: 3, messages: /^Error: malformed comparison: version\("k1"\) >= "1" / },
  },
  {
    id: 'txn-lease',
    readme: 'a bad operator in a txn compare (`>=`), a compare of leases',
    reason: 'a lease can be compared; Go panics at every value until 3.8',
    cases: ['txn comparing a lease'],
    aspects: ['exitCode', 'stdout', 'messages', 'after'],
    ours: { exitCode: 0, stdout: /^SUCCESS\n/ },
  },
  {
    id: 'watch-command-words',
    readme: '`watch key -- cmd` with repeated words',
    reason: 'a command may say a word twice; Go takes its first word for the end of the range',
    cases: ['watch whose command has a word twice'],
    aspects: ['exitCode', 'stdout', 'messages'],
    ours: { exitCode: 124, stdout: 'PUT\nw1\na\nPUT\nw1\nb\nDELETE\nw1\n\necho\necho\necho\n' },
  },
  {
    id: 'unknown-subcommand',
    readme: 'an unknown subcommand (`lease bogus`), an unknown help topic',
    reason: 'a misspelt subcommand must not pass for success',
    cases: [/^etcdctl (lease|alarm|downgrade|endpoint|member|snapshot|auth|role|user|check) bogus$/],
    aspects: ['exitCode', 'stdout', 'messages'],
    ours: { exitCode: 1, stdout: '', messages: /^Error: unknown command "bogus" for "etcdctl \w+"/ },
  },
  {
    id: 'consistency-named',
    readme: '`member list --consistency=x`',
    reason: 'the message names the value that was given, not the default of another command',
    cases: ['etcdctl member list --consistency=x'],
    aspects: ['messages'],
    ours: { exitCode: 4, messages: /^Error: unknown consistency flag "x"$/ },
  },
  {
    id: 'command-timeout-variable',
    readme: '`ETCDCTL_COMMAND_TIMEOUT`',
    reason: 'ETCDCTL_COMMAND_TIMEOUT counts for every command; Go reads it too late for half of them',
    cases: ['ETCDCTL_ENDPOINTS=$DEAD ETCDCTL_COMMAND_TIMEOUT=500ms timeout 3 etcdctl get foo'],
    aspects: ['exitCode', 'messages'],
    ours: { exitCode: 1, messages: /^Error: context deadline exceeded$/m },
  },
  {
    id: 'address-in-brackets',
    readme: '`--endpoints=https://[127.0.0.1]:2379`',
    reason: 'an IPv4 address in brackets, as runbooks have it, is that address',
    cases: [/^etcdctl --endpoints=https:\/\/\[127\.0\.0\.1\]:\$PORT /],
    aspects: ['exitCode', 'stdout', 'messages'],
    ours: { exitCode: 0, stdout: 'foo\nbar\n' },
  },
];
