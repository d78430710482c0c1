/** Seen beside 3.7 only: what older releases have as ours does, or do not have at all. */
import type { DeliberateDifference } from './difference.ts';

export const besideNewest: readonly DeliberateDifference[] = [
  {
    id: 'range-deletion-without-delay',
    reason: 'scripts written for 3.4 and 3.5 must not wait two seconds; the warning stays',
    cases: ['etcdctl del a c'],
    aspects: ['messages'],
    peers: ['3.7'],
    ours: { exitCode: 0, stdout: '2\n', messages: /^Warning: Keys between "a" and "c" will be deleted\./ },
  },
  {
    id: 'api-2',
    reason: 'who asks for the v2 API gets a clear error instead of the v3 API',
    cases: ['ETCDCTL_API=2 etcdctl get foo'],
    aspects: ['exitCode', 'stdout', 'messages'],
    peers: ['3.7'],
    ours: { exitCode: 1, stdout: '', messages: /^Error: ETCDCTL_API=2 is not supported/ },
  },
  {
    id: 'api-other',
    reason: 'a warning that says why the variable is ignored',
    cases: ['ETCDCTL_API=4 etcdctl get foo'],
    aspects: ['messages'],
    peers: ['3.7'],
    ours: { exitCode: 0, messages: /^Warning: ETCDCTL_API=4 is ignored/ },
  },
  {
    id: 'snapshot-permission',
    reason: 'errors that the server is known to send are shown alike, from streams too',
    cases: ['etcdctl snapshot save s.db --user alice:alicepw'],
    aspects: ['messages'],
    peers: ['3.7'],
    ours: { exitCode: 5, messages: /^Error: etcdserver: permission denied$/ },
  },
  {
    id: 'help-of-nothing',
    reason: 'help for a command that does not exist is a mistake',
    cases: ['etcdctl help bogus'],
    aspects: ['exitCode', 'messages'],
    peers: ['3.7'],
    ours: { exitCode: 1, messages: /^Error: unknown help topic: bogus/ },
  },
  {
    id: 'offline-commands-kept',
    reason: 'snapshot status and restore and defrag --data-dir stay in etcdctl, as runbooks have them',
    cases: ['etcdctl snapshot', 'etcdctl defrag --help'],
    aspects: ['stdout'],
    peers: ['3.7'],
    ours: { exitCode: 0, stdout: /^etcdctl (?:snapshot[^]*restore[^]*status|defrag[^]*--data-dir)/ },
  },
  {
    id: 'yaml-named',
    reason: 'help and completion name YAML among the formats',
    cases: ['etcdctl __complete -w ""'],
    aspects: ['stdout'],
    peers: ['3.7'],
    ours: { stdout: /^yaml$/m },
  },
];
