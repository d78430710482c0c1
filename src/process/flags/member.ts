import { flagGroup } from './flag.ts';

const IN_MEMORY = 'the whole database is held in memory here';
const BATCHES = 'changes are in the log first; the database takes them every 100ms or 10000';
const NOT_OURS = 'the platform offers no such socket option';

export const memberFlags = flagGroup('Member', [
  ['name', 'text', 'default', 'Name of this member, for people.'],
  ['data-dir', 'text', '', 'Directory of this member. ${name}.etcd if not given.'],
  ['wal-dir', 'text', '', 'Directory of the write-ahead log, if it is to lie elsewhere.'],
  ['snapshot-count', 'count', '10000', 'Applied entries after which a snapshot is taken and the log shortened.'],
  ['heartbeat-interval', 'count', '100', 'Milliseconds between heartbeats of the leader.'],
  ['election-timeout', 'count', '1000', 'Milliseconds without a heartbeat after which an election begins.'],
  [
    'initial-election-tick-advance',
    'switch',
    'true',
    'Shorten the first election timeout after the start.',
    { support: { harmless: 'how long the first election takes is not for choice here' } },
  ],
  ['listen-peer-urls', 'urls', 'http://localhost:2380', 'URLs to listen on for other members.'],
  [
    'listen-client-urls',
    'urls',
    'http://localhost:2379',
    'URLs to listen on for clients: gRPC, and HTTP too unless listen-client-http-urls is given.',
  ],
  ['listen-client-http-urls', 'urls', '', 'URLs to listen on for clients that speak HTTP only.', { exceptions: [''] }],
  ['max-snapshots', 'count', '5', 'Snapshot files to keep (0: all).'],
  ['max-wals', 'count', '5', 'Files of the write-ahead log to keep (0: all).'],
  [
    'memory-mlock',
    'switch',
    'false',
    'Keep pages from being swapped out.',
    { support: { refused: 'Node.js cannot lock memory' } },
  ],
  ['quota-backend-bytes', 'integer', '0', 'Size of the database at which writes are refused (0: 2 GiB).'],
  [
    'backend-bbolt-freelist-type',
    'text',
    'map',
    "How bbolt's list of free pages is kept.",
    { support: { harmless: IN_MEMORY } },
  ],
  [
    'backend-batch-interval',
    'duration',
    '0s',
    'Longest time before changes are committed to the database (0: 100ms).',
    { support: { harmless: BATCHES } },
  ],
  [
    'backend-batch-limit',
    'integer',
    '0',
    'Most changes before they are committed to the database (0: 10000).',
    { support: { harmless: BATCHES } },
  ],
  ['max-txn-ops', 'count', '128', 'Most operations in one transaction.'],
  ['max-request-bytes', 'count', '1572864', 'Largest request that is taken, in bytes.'],
  ['max-concurrent-streams', 'count', '4294967295', 'Most streams that one client may have open.'],
  ['grpc-keepalive-min-time', 'duration', '5s', 'Shortest interval at which a client may ping.'],
  ['grpc-keepalive-interval', 'duration', '2h0m0s', 'Interval at which idle clients are pinged (0: never).'],
  ['grpc-keepalive-timeout', 'duration', '20s', 'Time that a pinged client has before it is dropped (0: at once).'],
  ['socket-reuse-port', 'switch', 'false', 'Set SO_REUSEPORT on listeners.', { support: { refused: NOT_OURS } }],
  [
    'socket-reuse-address',
    'switch',
    'false',
    'Set SO_REUSEADDR on listeners.',
    { support: { harmless: 'the platform always sets it' } },
  ],
  ['enable-grpc-gateway', 'switch', 'true', 'Answer JSON over HTTP under /v3/.'],
  ['raft-read-timeout', 'duration', '5s', 'Read timeout of connections between members.'],
  [
    'raft-write-timeout',
    'duration',
    '5s',
    'Write timeout of connections between members.',
    { support: { harmless: '--raft-read-timeout alone says when a connection is given up' } },
  ],
  ['feature-gates', 'gates', '', 'Features to turn on or off, such as InitialCorruptCheck=true.'],
]);
