import { describe, expect, it } from 'vitest';
import { FlagError, parseCommandLine } from '../../../src/process/index.ts';

const given = (...args: string[]): Record<string, string> => Object.fromEntries(parseCommandLine(args).values);

describe('the command line of the server', () => {
  it.each([
    [['--name=a'], { name: 'a' }],
    [['-name', 'a'], { name: 'a' }],
    [['--name', '-x'], { name: '-x' }],
    [['--name='], { name: '' }],
    [['--name=a=b'], { name: 'a=b' }],
    [['--name=a', '--name=b'], { name: 'b' }],
    [['--pre-vote', '--name=a'], { 'pre-vote': 'true', name: 'a' }],
    [['--pre-vote=false'], { 'pre-vote': 'false' }],
    [['--heartbeat-interval=0x10'], { 'heartbeat-interval': '0x10' }],
    [['--initial-cluster-state=existing'], { 'initial-cluster-state': 'existing' }],
    [['--listen-metrics-urls='], { 'listen-metrics-urls': '' }],
    [['--snapshot=x', '-v', '1', '--name=a'], { name: 'a' }],
  ])('%j', (args, values) => {
    expect(given(...args)).toEqual(values);
  });

  it('takes the flags of a kubeadm static pod', () => {
    const line = parseCommandLine([
      '--advertise-client-urls=https://10.0.0.1:2379',
      '--cert-file=/etc/kubernetes/pki/etcd/server.crt',
      '--client-cert-auth=true',
      '--data-dir=/var/lib/etcd',
      '--feature-gates=InitialCorruptCheck=true',
      '--initial-advertise-peer-urls=https://10.0.0.1:2380',
      '--initial-cluster=master=https://10.0.0.1:2380',
      '--key-file=/etc/kubernetes/pki/etcd/server.key',
      '--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.1:2379',
      '--listen-metrics-urls=http://127.0.0.1:2381',
      '--listen-peer-urls=https://10.0.0.1:2380',
      '--name=master',
      '--peer-cert-file=/etc/kubernetes/pki/etcd/peer.crt',
      '--peer-client-cert-auth=true',
      '--peer-key-file=/etc/kubernetes/pki/etcd/peer.key',
      '--peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt',
      '--snapshot-count=10000',
      '--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt',
      '--watch-progress-notify-interval=5s',
    ]);
    expect(line.values.size).toBe(19);
    expect(line.stray).toBeUndefined();
  });

  it('stops at the first word that is no flag', () => {
    expect(parseCommandLine(['--name=a', 'extra', '--name=b'])).toMatchObject({ stray: 'extra' });
    expect(parseCommandLine(['--', '--name=b'])).toMatchObject({ stray: '--name=b' });
    expect(parseCommandLine(['-'])).toMatchObject({ stray: '-' });
  });

  it.each([['-h'], ['--help'], ['-help']])('shows its help: %s', (word) => {
    expect(parseCommandLine(['--name=a', word, '--nonsense'])).toMatchObject({ wantsHelp: true, stray: undefined });
  });

  it('shows its version, and takes a configuration file', () => {
    expect(parseCommandLine(['--version'])).toMatchObject({ wantsVersion: true });
    expect(parseCommandLine(['--version=false'])).toMatchObject({ wantsVersion: false });
    expect(parseCommandLine(['--config-file', 'etcd.yaml'])).toMatchObject({ configFile: 'etcd.yaml' });
  });

  // Each message was seen from etcd 3.7.1.
  it.each([
    [['--foo'], 'flag provided but not defined: -foo'],
    [['--name'], 'flag needs an argument: -name'],
    [['--=x'], 'bad flag syntax: --=x'],
    [['---name=x'], 'bad flag syntax: ---name=x'],
    [['--election-timeout=x'], 'invalid value "x" for flag -election-timeout: parse error'],
    [['--heartbeat-interval=-1'], 'invalid value "-1" for flag -heartbeat-interval: parse error'],
    [['--pre-vote=maybe'], 'invalid boolean value "maybe" for -pre-vote: parse error'],
    [['--grpc-keepalive-interval=5'], 'invalid value "5" for flag -grpc-keepalive-interval: parse error'],
    [['--v2-deprecation=not-yet'], 'invalid value "not-yet" for flag -v2-deprecation: invalid value "not-yet"'],
    [['--initial-cluster-state=x'], 'invalid value "x" for flag -initial-cluster-state: invalid value'],
    [
      ['--listen-client-urls=abc'],
      'invalid value "abc" for flag -listen-client-urls: URL scheme must be http, https, unix, or unixs: abc',
    ],
    [['--feature-gates=Foo=true'], 'invalid value "Foo=true" for flag -feature-gates: unrecognized feature gate: Foo'],
    [['--feature-gates=AllAlpha'], 'invalid value "AllAlpha" for flag -feature-gates: missing bool value for AllAlpha'],
    [
      ['--max-concurrent-streams=99999999999'],
      'invalid value "99999999999" for flag -max-concurrent-streams: strconv.ParseUint: parsing "99999999999": value out of range',
    ],
    [
      ['--quota-backend-bytes=99999999999999999999'],
      'invalid value "99999999999999999999" for flag -quota-backend-bytes: value out of range',
    ],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(new FlagError(message));
  });
});
