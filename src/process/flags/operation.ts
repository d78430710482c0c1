import { flagGroup } from './flag.ts';

const NO_TRACING = 'tracing is not built';
const idleTracing = { support: { harmless: 'it matters only to tracing, which is not built' } } as const;

export const operationFlags = [
  ...flagGroup('Profiling and Monitoring', [
    [
      'enable-pprof',
      'switch',
      'false',
      'Serve profiles over HTTP.',
      { support: { harmless: "pprof is Go's, and nothing is served for it; use node --inspect or --cpu-prof" } },
    ],
    ['metrics', 'text', 'basic', 'basic, or extensive with the times that calls take.'],
    [
      'listen-metrics-urls',
      'urls',
      '',
      'Further URLs that answer /metrics, /health, /livez and /readyz.',
      { exceptions: [''] },
    ],
  ]),
  ...flagGroup('Logging', [
    ['logger', 'text', 'zap', 'Kind of logger.'],
    ['log-outputs', 'list', 'default', 'stdout, stderr, default (stderr) or paths of files.'],
    ['log-level', 'text', 'info', 'debug, info, warn, error, panic or fatal.'],
    ['log-format', 'text', 'json', 'json or console.'],
    ['enable-log-rotation', 'switch', 'false', 'Rotate the one file among --log-outputs.'],
    [
      'log-rotation-config-json',
      'text',
      '{"maxsize": 100, "maxage": 0, "maxbackups": 0, "localtime": false, "compress": false}',
      'When the log file is put aside (megabytes), how long (days) and how many are kept, and how.',
    ],
    ['warning-unary-request-duration', 'duration', '300ms', 'Requests that take longer are logged.'],
  ]),
  ...flagGroup('Distributed tracing', [
    ['enable-distributed-tracing', 'switch', 'false', 'Trace requests.', { support: { refused: NO_TRACING } }],
    ['distributed-tracing-address', 'text', 'localhost:4317', 'Address of the collector.', idleTracing],
    ['distributed-tracing-service-name', 'text', 'etcd', 'Name of the service.', idleTracing],
    ['distributed-tracing-instance-id', 'text', '', 'Id of the instance.', idleTracing],
    ['distributed-tracing-sampling-rate', 'integer', '0', 'Samples per million.', idleTracing],
  ]),
  ...flagGroup('Features', [
    ['corrupt-check-time', 'duration', '0s', 'Interval at which members compare their hashes (0: never).'],
    ['compact-hash-check-time', 'duration', '1m0s', 'Interval at which the leader compares hashes of compactions.'],
    ['compaction-batch-limit', 'integer', '1000', 'Most revisions deleted in one batch of a compaction.'],
    ['compaction-sleep-interval', 'duration', '0s', 'Pause between two batches of a compaction (0: 10ms).'],
    ['peer-skip-client-san-verification', 'switch', 'false', "Do not check the SAN of other members' certificates."],
    ['watch-progress-notify-interval', 'duration', '0s', 'Interval of progress notifications to watchers (0: 10m).'],
    ['warning-apply-duration', 'duration', '100ms', 'Entries that take longer to apply are logged.'],
    [
      'bootstrap-defrag-threshold-megabytes',
      'count',
      '0',
      'Defragment at the start if that frees so many megabytes (0: never).',
    ],
    ['max-learners', 'integer', '1', 'Most learners in the cluster.'],
    [
      'emulated-version',
      'text',
      '',
      'Release to be towards members and in the directory, from 3.4 on (beyond etcd).',
      { choices: ['', '3.4', '3.5', '3.6', '3.7'] },
    ],
    [
      'downgrade-check-time',
      'duration',
      '5s',
      'Interval at which a downgrade under way is checked.',
      { support: { harmless: 'the members are asked for their versions at an interval of their own' } },
    ],
    ['snapshot-catchup-entries', 'count', '5000', 'Entries kept for slow followers when the log is shortened.'],
  ]),
  ...flagGroup('Unsafe feature', [
    ['force-new-cluster', 'switch', 'false', 'Make a cluster of this member alone out of its directory.'],
    [
      'unsafe-no-fsync',
      'switch',
      'false',
      'Do not wait for the disk. A crash loses data.',
      { support: { harmless: 'every write waits for the disk all the same' } },
    ],
  ]),
];
