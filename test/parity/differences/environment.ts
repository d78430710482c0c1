/** Warnings in words about flags, variables and files. */
import type { DeliberateDifference } from './difference.ts';

export const environment: readonly DeliberateDifference[] = [
  {
    id: 'flag-over-variable',
    readme: 'a flag and its variable both set',
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
    readme: 'a variable that does not parse',
    reason: 'a variable that does not parse is ignored as in Go, but not in silence',
    cases: ['ETCDCTL_HEX=maybe etcdctl get foo', 'ETCDCTL_COMMAND_TIMEOUT=abc etcdctl get foo'],
    aspects: ['messages'],
    ours: { messages: /^Warning: ETCDCTL_\w+ is ignored: / },
  },
  {
    id: 'empty-variable',
    readme: 'an empty variable (`ETCDCTL_CERT=`)',
    reason: 'an empty variable is unset; Go ignores it too, but calls a variable it knows unrecognized',
    cases: ['an empty variable is unset', 'ETCDCTL_CERT= etcdctl get foo'],
    aspects: ['messages'],
    ours: { messages: /^(?!unrecognized)/ },
  },
  {
    id: 'user-without-authentication',
    readme: 'a user where authentication is off',
    reason: 'Go logs that authentication is off; ours says it in words',
    cases: ['a user where authentication is off'],
    aspects: ['messages'],
    ours: { messages: /^Warning: authentication is not enabled on the server: --user is ignored$/ },
  },
  {
    id: 'empty-authority',
    readme: 'a CA file without a certificate in it',
    reason: 'a CA file without certificates leads to TLS errors later; ours says so at once',
    cases: ['etcdctl --endpoints=$URL --cacert=empty.crt --command-timeout=1s get x'],
    aspects: ['messages'],
    ours: { exitCode: 1, messages: /^Warning: empty\.crt \(--cacert\) holds no certificate/ },
  },
  {
    id: 'empty-password',
    readme: '`user add --interactive=false` with empty stdin',
    reason: 'a user is made without a password when stdin is empty, as in Go, but not in silence',
    cases: ['user add of empty stdin'],
    aspects: ['messages'],
    ours: { exitCode: 0, messages: /^Warning: the password read from stdin is empty$/ },
  },
  {
    id: 'debug-hides-secrets',
    readme: '`--debug`',
    reason: '--debug prints no password',
    cases: ['etcdctl --debug --user alice:alicepw get app/x'],
    aspects: ['messages'],
    ours: { exitCode: 0, messages: /^ETCDCTL_USER=\*\*\*$/m },
  },
];
