import type { Case } from '../harness/case.ts';

const FOO = 'etcdctl put foo bar';
const TLS_ENV = 'ETCDCTL_CACERT=ca.crt ETCDCTL_CERT=client.crt ETCDCTL_KEY=client.key';
const QUIET: Partial<Case> = { setup: FOO };

export const environmentCases: readonly Case[] = [
  { line: 'ETCDCTL_ENDPOINTS=$EP etcdctl get foo', ...QUIET, covers: ['E-001'] },
  { line: 'ETCDCTL_ENDPOINTS=$DEAD,$EP etcdctl get foo', ...QUIET, covers: ['E-001'] },
  {
    line: 'ETCDCTL_ENDPOINTS= etcdctl --command-timeout=500ms get foo',
    covers: ['E-001'],
    name: 'an empty variable is unset',
  },
  { line: 'ETCDCTL_DEBUG=true etcdctl get foo', ...QUIET, covers: ['E-002'], versions: ['new flags in debug'] },
  { line: 'ETCDCTL_WRITE_OUT=json etcdctl get foo', ...QUIET, covers: ['E-003'] },
  { line: 'ETCDCTL_WRITE_OUT=xml etcdctl get foo', ...QUIET, covers: ['E-003'] },
  { line: 'ETCDCTL_HEX=true etcdctl get foo', ...QUIET, covers: ['E-004'] },
  { line: 'ETCDCTL_HEX=maybe etcdctl get foo', ...QUIET, covers: ['E-004'] },
  { line: 'ETCDCTL_DIAL_TIMEOUT=1s etcdctl get foo', ...QUIET, covers: ['E-005'] },
  { line: 'ETCDCTL_COMMAND_TIMEOUT=10s etcdctl get foo', ...QUIET, covers: ['E-006'] },
  { line: 'ETCDCTL_COMMAND_TIMEOUT=abc etcdctl get foo', ...QUIET, covers: ['E-006'] },
  { line: 'ETCDCTL_ENDPOINTS=$DEAD ETCDCTL_COMMAND_TIMEOUT=500ms etcdctl endpoint status', covers: ['E-006'] },
  {
    line: 'ETCDCTL_ENDPOINTS=$DEAD ETCDCTL_COMMAND_TIMEOUT=500ms timeout 3 etcdctl get foo',
    covers: ['E-006'],
  },
  { line: 'ETCDCTL_KEEPALIVE_TIME=1s etcdctl get foo', ...QUIET, covers: ['E-007'] },
  { line: 'ETCDCTL_KEEPALIVE_TIMEOUT=1s etcdctl get foo', ...QUIET, covers: ['E-008'] },
  {
    line: "head -c 10000 /dev/zero | tr '\\0' x | ETCDCTL_MAX_REQUEST_BYTES=1000 etcdctl put big",
    since: '3.6',
    covers: ['E-009'],
    expected: {
      exitCode: 1,
      stderr:
        'Error: rpc error: code = ResourceExhausted desc = trying to send message larger than max (10008 vs. 1000)',
    },
  },
  {
    line: 'ETCDCTL_MAX_RECV_BYTES=1000 etcdctl get big',
    setup: "head -c 10000 /dev/zero | tr '\\0' x | etcdctl put big",
    rules: ['size received'],
    since: '3.6',
    expected: {
      exitCode: 1,
      stderr:
        'Error: rpc error: code = ResourceExhausted desc = grpc: received message larger than max (<size> vs. 1000)',
    },
    covers: ['E-010'],
  },
  { line: 'ETCDCTL_INSECURE_TRANSPORT=true etcdctl get foo', ...QUIET, covers: ['E-011'] },
  { line: 'ETCDCTL_INSECURE_TRANSPORT=false etcdctl --command-timeout=500ms get foo', covers: ['E-011'] },
  { line: 'ETCDCTL_INSECURE_DISCOVERY=false etcdctl get foo', ...QUIET, covers: ['E-012'] },
  {
    on: 'tls',
    bare: true,
    line: 'ETCDCTL_ENDPOINTS=$URL ETCDCTL_INSECURE_SKIP_TLS_VERIFY=true etcdctl get foo',
    ...QUIET,
    since: '3.6',
    expected: { stdout: 'foo\nbar\n' },
    covers: ['E-013'],
  },
  {
    on: 'mtls',
    bare: true,
    line: `ETCDCTL_ENDPOINTS=$URL ${TLS_ENV} etcdctl get foo`,
    ...QUIET,
    covers: ['E-014', 'E-015', 'E-016'],
  },
  { line: 'ETCDCTL_DISCOVERY_SRV=no-such-domain.invalid etcdctl get x', rules: ['resolver'], covers: ['E-020'] },
  {
    line: 'ETCDCTL_DISCOVERY_SRV=no-such-domain.invalid ETCDCTL_DISCOVERY_SRV_NAME=mine etcdctl get x',
    rules: ['resolver'],
    covers: ['E-021'],
  },
  {
    line: 'ETCDCTL_CLUSTER=true etcdctl endpoint health',
    on: 'three',
    rules: ['durations', 'any order of lines'],
    versions: ['healthy is said on stderr'],
    covers: ['E-022'],
  },
  { line: 'ETCDCTL_CLUSTER=true etcdctl member list', covers: ['E-022'] },
  { line: 'ETCDCTL_API=3 etcdctl get foo', ...QUIET, covers: ['E-025'] },
  { line: 'ETCDCTL_BOGUS=1 etcdctl get foo', ...QUIET, covers: ['E-026'] },
  { line: 'ETCDCTL_PREFIX=true etcdctl get foo', ...QUIET, covers: ['E-026'] },
  { line: 'ETCDCTL_WATCH_KEY=x etcdctl get foo', ...QUIET, covers: ['E-023', 'E-026'] },
  { line: 'ETCDCTL_CERT= etcdctl get foo', ...QUIET, covers: ['E-014', 'E-026'] },
  { line: 'ETCDCTL_ENDPOINTS=$EP etcdctl --endpoints=$EP get foo', ...QUIET, covers: ['E-027', 'row 60'] },
  { line: 'ETCDCTL_WRITE_OUT=json etcdctl -w simple get foo', ...QUIET, covers: ['E-027'] },
  { line: 'ETCD_CLIENT_DEBUG=error etcdctl get ""', covers: ['E-028'] },
  { line: 'ETCD_CLIENT_DEBUG=nonsense etcdctl get foo', ...QUIET, covers: ['E-028'] },
];

/** The v2 API is gone; what 3.4 and 3.5 did with it is no model. */
export const apiVersionCases: readonly Case[] = [
  { line: 'ETCDCTL_API=2 etcdctl get foo', ...QUIET, since: '3.7', covers: ['E-025'] },
  { line: 'ETCDCTL_API=4 etcdctl get foo', ...QUIET, since: '3.7', covers: ['E-025'] },
];
