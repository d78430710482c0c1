import { describe, expect, it } from 'vitest';
import {
  ConfigFileError,
  type Configuration,
  configure,
  EnvironmentError,
  parseCommandLine,
  readRetention,
  SettingsError,
} from '../../../src/process/index.ts';

interface Given {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly file?: string;
}

const settle = ({ args = [], env = {}, file }: Given): Configuration =>
  configure({
    commandLine: parseCommandLine(file === undefined ? args : [...args, '--config-file=etcd.yaml']),
    env,
    readFile: (path) => {
      expect(path).toBe('etcd.yaml');
      return file ?? '';
    },
  });
const settings = (given: Given) => settle(given).settings;
const told = (given: Given): string[] => settle(given).notes.map(({ message }) => message);

describe('settings from the command line', () => {
  it("are etcd's where nothing is given", () => {
    expect(settings({})).toMatchObject({
      name: 'default',
      dataDir: 'default.etcd',
      snapshotCount: 10_000n,
      heartbeatMs: 100,
      electionMs: 1_000,
      listenPeerUrls: ['http://localhost:2380'],
      listenClientUrls: ['http://localhost:2379'],
      listenMetricsUrls: [],
      advertiseClientUrls: ['http://localhost:2379'],
      initialCluster: 'default=http://localhost:2380',
      isNewCluster: true,
      maxRequestBytes: 1_572_864,
      cors: ['*'],
      gates: { FastLeaseKeepAlive: true, InitialCorruptCheck: false },
    });
  });

  it('name the data directory and the cluster after the member', () => {
    expect(settings({ args: ['--name=m1'] })).toMatchObject({
      dataDir: 'm1.etcd',
      initialCluster: 'm1=http://localhost:2380',
    });
    const args = ['--name=m1', '--initial-advertise-peer-urls=http://10.0.0.1:2380,http://10.0.0.2:2380'];
    expect(settings({ args }).initialCluster).toBe('m1=http://10.0.0.1:2380,m1=http://10.0.0.2:2380');
  });

  it('sort URLs and drop those that come twice', () => {
    const args = [
      '--listen-client-urls=http://127.0.0.1:9,http://127.0.0.1:1,http://127.0.0.1:9',
      '--advertise-client-urls=http://h:1',
    ];
    expect(settings({ args }).listenClientUrls).toEqual(['http://127.0.0.1:1', 'http://127.0.0.1:9']);
  });

  it('never go below the least timeouts between members', () => {
    expect(settings({ args: ['--raft-read-timeout=1s', '--raft-write-timeout=9s'] })).toMatchObject({
      raftReadTimeoutMs: 5_000,
      raftWriteTimeoutMs: 9_000,
    });
  });

  it.each([
    ['AllAlpha=true', { InitialCorruptCheck: true, LeaseCheckpoint: true, FastLeaseKeepAlive: true }],
    ['AllAlpha=true,InitialCorruptCheck=false', { InitialCorruptCheck: false, CompactHashCheck: true }],
    ['InitialCorruptCheck=false,AllAlpha=true', { InitialCorruptCheck: false, CompactHashCheck: true }],
    ['AllBeta=false', { FastLeaseKeepAlive: false, InitialCorruptCheck: false }],
  ])('open the gates named: %s', (gates, expected) => {
    expect(settings({ args: [`--feature-gates=${gates}`] }).gates).toMatchObject(expected);
  });

  // Each message was seen from etcd 3.7.1, up to the first one.
  it.each([
    [['--memory-mlock'], '--memory-mlock is not supported: Node.js cannot lock memory'],
    [
      ['--discovery-token=a'],
      '--discovery-token is not supported: this kind of discovery is not built; list the members in --initial-cluster, or use --discovery-srv',
    ],
    [
      ['--listen-metrics-urls=https://127.0.0.1:1'],
      'client TLS key/cert (--cert-file, --key-file) must be provided for metrics secure url',
    ],
    [['--logger=x'], 'unknown logger option "x"'],
    [
      ['--election-timeout=100'],
      '--election-timeout[100ms] should be at least as 5 times as --heartbeat-interval[100ms]',
    ],
    [['--election-timeout=60000'], '--election-timeout[60000ms] is too long, and should be set less than 50000ms'],
    [['--heartbeat-interval=0'], '--heartbeat-interval must be >0 (set to 0ms)'],
    [
      ['--listen-client-urls=http://127.0.0.1:1'],
      '--advertise-client-urls is required when --listen-client-urls is set explicitly',
    ],
    [['--listen-peer-urls=http://example.com:1'], 'expected IP in URL for binding (http://example.com:1)'],
    [
      ['--initial-advertise-peer-urls=http://:1'],
      '--initial-advertise-peer-urls "http://:1" must be "host:port" (unexpected empty host (http://:1))',
    ],
    [['--tls-min-version=TLS1.1'], 'unexpected TLS version "TLS1.1" (must be one of: TLS1.2, TLS1.3)'],
    [
      ['--tls-min-version=TLS1.3', '--tls-max-version=TLS1.2'],
      'min version (TLS1.3) is greater than max version (TLS1.2)',
    ],
    [['--auto-compaction-mode=x'], 'unknown auto-compaction-mode "x"'],
    [
      ['--feature-gates=LeaseCheckpointPersist=true'],
      'enabling feature gate LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint',
    ],
  ])('are refused where they cannot be: %j', (args, message) => {
    expect(() => settle({ args })).toThrow(new SettingsError(message));
  });

  it('are not refused where a flag that is not built has its initial value', () => {
    expect(() => settle({ args: ['--memory-mlock=false', '--discovery-token='] })).not.toThrow();
  });

  it('tell of flags that have no effect, but only where they are asked to have one', () => {
    expect(told({ args: ['--name=a', '--data-dir=d', '--backend-bbolt-freelist-type=array'] })).toContain(
      'the flag has no effect here',
    );
    expect(told({ args: ['--backend-bbolt-freelist-type=map'] })).not.toContain('the flag has no effect here');
    expect(told({ args: ['--feature-gates=FastLeaseKeepAlive=false'] })).toContain(
      'the feature gate has no effect here',
    );
  });
});

describe('settings from the environment', () => {
  it('are taken for flags that the command line does not give', () => {
    const env = { ETCD_NAME: 'm2', ETCD_PRE_VOTE: 'false', ETCDCTL_API: '3', ETCD_DATA_DIR: '' };
    expect(settings({ env })).toMatchObject({ name: 'm2', preVote: false, dataDir: 'm2.etcd' });
    expect(told({ env })).toContain('recognized and used environment variable');
  });

  it('are refused beside the same flag, as etcd refuses them', () => {
    const conflict = (): unknown => settle({ args: ['--name=a'], env: { ETCD_NAME: 'b' } });
    expect(conflict).toThrow(EnvironmentError);
    expect(conflict).toThrow(/conflicting environment variable is shadowed/);
  });

  it('are refused where they cannot be read', () => {
    expect(() => settle({ env: { ETCD_HEARTBEAT_INTERVAL: 'x' } })).toThrow(
      new EnvironmentError('invalid value "x" for ETCD_HEARTBEAT_INTERVAL: parse error'),
    );
  });

  it('tell of variables that nobody knows, and never of a password', () => {
    expect(told({ env: { ETCD_NONSENSE: '1' } })).toContain('unrecognized environment variable');
    const notes = settle({ env: { ETCD_DISCOVERY_PASSWORD: 'hunter2' } }).notes;
    expect(JSON.stringify(notes)).not.toContain('hunter2');
  });
});

describe('settings from a file', () => {
  it('stand alone: flags and environment are ignored', () => {
    const file = 'name: from-file\nheartbeat-interval: 50\npre-vote: false\nlog-outputs: [stdout]\n';
    expect(settings({ args: ['--name=a'], env: { ETCD_NAME: 'b', ETCD_ELECTION_TIMEOUT: '9' }, file })).toMatchObject({
      name: 'from-file',
      heartbeatMs: 50,
      electionMs: 1_000,
      preVote: false,
      logOutputs: ['stdout'],
    });
  });

  it('take durations as nanoseconds', () => {
    expect(settings({ file: 'watch-progress-notify-interval: 5000000000' }).watchProgressNotifyMs).toBe(5_000);
    expect(() => settings({ file: 'watch-progress-notify-interval: 5s' })).toThrow(
      new ConfigFileError(
        'error unmarshaling JSON: field "watch-progress-notify-interval" is "5s", but has to be whole nanoseconds, such as 600000000000 for 10m',
      ),
    );
  });

  it('take TLS from sections of its own', () => {
    const file = [
      'client-transport-security:',
      '  cert-file: c.crt',
      '  client-cert-auth: true',
      'peer-transport-security:',
      '  cert-file: p.crt',
      '  allowed-cn: [etcd]',
      'socket-options:',
      '  reuse-address: true',
    ].join('\n');
    expect(settings({ file })).toMatchObject({
      clientTls: { certFile: 'c.crt', clientCertAuth: true },
      peerTls: { certFile: 'p.crt', allowedCommonNames: ['etcd'] },
    });
  });

  it('tell of fields that nobody knows', () => {
    const { notes } = settle({ file: 'nonsense: 1\npeer-transport-security: {other: 2}\n' });
    expect(notes.flatMap(({ fields }) => fields['field'] ?? [])).toEqual(['nonsense', 'peer-transport-security.other']);
  });

  it.each([
    ['- a', /not a mapping/],
    ['a: [', /error converting YAML to JSON/],
    ['name: {a: 1}', /field "name" is a object, but has to be a text/],
    ['pre-vote: 3', /field "pre-vote" is a number, but has to be true or false/],
    ['peer-transport-security: x', /invalid peer-transport-security/],
    ['listen-peer-urls: abc', /unexpected error setting up listen-peer-urls: URL scheme must be/],
  ])('are refused where the file is wrong: %j', (file, message) => {
    expect(() => settings({ file })).toThrow(ConfigFileError);
    expect(() => settings({ file })).toThrow(message);
  });
});

describe('the retention of automatic compaction', () => {
  it.each([
    ['periodic', '0', undefined],
    ['periodic', '2', { ms: 7_200_000 }],
    ['periodic', '90m', { ms: 5_400_000 }],
    ['revision', '1000', { revisions: 1_000n }],
    ['revision', '0', undefined],
  ])('%s %s', (mode, text, expected) => {
    expect(readRetention(mode, text)).toEqual(expected);
  });

  it('has to be readable', () => {
    expect(() => readRetention('periodic', 'x')).toThrow(
      new SettingsError('error parsing CompactionRetention: time: invalid duration "x"'),
    );
  });
});
