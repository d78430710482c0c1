import type { LogEvent } from '../base/index.ts';
import { SERVER_VERSION } from '../member/index.ts';
import type { ServerSettings } from './settings.ts';

/** What a look at the log should tell of how the server was set up. */
export function summaryOf(settings: ServerSettings): LogEvent['fields'] {
  return {
    'etcd-version': SERVER_VERSION,
    'go-version': `node ${process.version}`,
    'go-os': process.platform,
    'go-arch': process.arch,
    name: settings.name,
    'data-dir': settings.dataDir,
    'wal-dir': settings.walDir,
    'heartbeat-interval': `${settings.heartbeatMs}ms`,
    'election-timeout': `${settings.electionMs}ms`,
    'snapshot-count': settings.snapshotCount,
    'max-wals': settings.maxWals,
    'max-snapshots': settings.maxSnapshots,
    'snapshot-catchup-entries': settings.snapshotCatchUpEntries,
    'initial-advertise-peer-urls': settings.advertisePeerUrls,
    'listen-peer-urls': settings.listenPeerUrls,
    'advertise-client-urls': settings.advertiseClientUrls,
    'listen-client-urls': settings.listenClientUrls,
    'listen-metrics-urls': settings.listenMetricsUrls,
    'initial-cluster': settings.initialCluster,
    'initial-cluster-state': settings.isNewCluster ? 'new' : 'existing',
    'initial-cluster-token': settings.initialClusterToken,
    'quota-backend-bytes': settings.quotaBytes,
    'max-request-bytes': settings.maxRequestBytes,
    'pre-vote': settings.preVote,
    'auto-compaction-mode': settings.autoCompaction.mode,
  };
}
