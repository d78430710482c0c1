import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { formatMs, type LogEvent } from '../base/index.ts';
import { SERVER_VERSION } from '../member/index.ts';
import { readRetention } from './check-settings.ts';
import { localAddressOf } from './local-address.ts';
import type { ServerSettings } from './settings.ts';

const DEFAULT_QUOTA_BYTES = 2n * 1024n ** 3n;

/** What a look at the log should tell of how the server was set up: etcd's fields, which tools read, in its order. */
export function summaryOf(settings: ServerSettings, isInitialized: boolean): LogEvent['fields'] {
  return {
    ...build(),
    'member-initialized': isInitialized,
    name: settings.name,
    ...storage(settings),
    ...timing(settings),
    ...addresses(settings),
    ...limits(settings),
    ...checks(settings),
    'max-learners': settings.maxLearners,
    'v2-deprecation': 'write-only',
  };
}

const build = (): LogEvent['fields'] => ({
  'etcd-version': SERVER_VERSION,
  'git-sha': 'Not provided',
  'go-version': `node ${process.version}`,
  'go-os': process.platform,
  'go-arch': process.arch === 'x64' ? 'amd64' : process.arch,
  'max-cpu-set': availableParallelism(),
  'max-cpu-available': availableParallelism(),
});

const storage = ({ dataDir, walDir, forceNewCluster }: ServerSettings): LogEvent['fields'] => ({
  'data-dir': dataDir,
  'wal-dir': walDir,
  'wal-dir-dedicated': walDir,
  'member-dir': join(dataDir, 'member'),
  'force-new-cluster': forceNewCluster,
});

const timing = (settings: ServerSettings): LogEvent['fields'] => ({
  'heartbeat-interval': formatMs(settings.heartbeatMs),
  'election-timeout': formatMs(settings.electionMs),
  'initial-election-tick-advance': settings.initialElectionTickAdvance,
  'snapshot-count': settings.snapshotCount,
  'max-wals': settings.maxWals,
  'max-snapshots': settings.maxSnapshots,
  'snapshot-catchup-entries': settings.snapshotCatchUpEntries,
});

const addresses = (settings: ServerSettings): LogEvent['fields'] => ({
  'initial-advertise-peer-urls': settings.advertisePeerUrls,
  'listen-peer-urls': settings.listenPeerUrls,
  'advertise-client-urls': settings.advertiseClientUrls,
  'listen-client-urls': settings.listenClientUrls,
  'listen-metrics-urls': settings.listenMetricsUrls,
  'local-address': localAddressOf(settings).address ?? '',
  cors: settings.cors,
  'host-whitelist': settings.hostWhitelist,
  'initial-cluster': settings.initialCluster,
  'initial-cluster-state': settings.isNewCluster ? 'new' : 'existing',
  'initial-cluster-token': settings.initialClusterToken,
});

const limits = (settings: ServerSettings): LogEvent['fields'] => ({
  'quota-backend-bytes': settings.quotaBytes || DEFAULT_QUOTA_BYTES,
  'max-request-bytes': settings.maxRequestBytes,
  'max-concurrent-streams': settings.maxConcurrentStreams,
  'pre-vote': settings.preVote,
});

function checks({ gates, autoCompaction: { mode, retention }, ...settings }: ServerSettings): LogEvent['fields'] {
  const kept = readRetention(mode, retention);
  const interval = formatMs(kept !== undefined && 'ms' in kept ? kept.ms : 0);
  return {
    'feature-gates': Object.entries(gates)
      .map(([gate, isOpen]) => `${gate}=${isOpen}`)
      .join(','),
    'initial-corrupt-check': gates.InitialCorruptCheck,
    'corrupt-check-time-interval': formatMs(settings.corruptCheckMs),
    'compact-check-time-interval': formatMs(settings.compactHashCheckMs),
    'auto-compaction-mode': mode,
    'auto-compaction-retention': kept !== undefined && 'revisions' in kept ? `${kept.revisions}ns` : interval,
    'auto-compaction-interval': interval,
    'downgrade-check-interval': formatMs(settings.downgradeCheckMs),
  };
}
