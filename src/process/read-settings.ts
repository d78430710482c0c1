import type { FlagValues } from './flags/values.ts';
import { parseRotation } from './log/rotation.ts';
import type { ServerSettings, TlsSettings } from './settings.ts';

/** Until members answer slowly for other reasons, a timeout below this only breaks connections; etcd raises it, too. */
const LEAST_RAFT_TIMEOUT_MS = 5_000;

/** Puts the values of the flags together, with etcd's rules on which follow from others. */
export function readSettings(values: FlagValues): ServerSettings {
  const name = values.text('name');
  const advertisePeerUrls = values.urls('initial-advertise-peer-urls');
  return {
    name,
    dataDir: values.text('data-dir') || `${name}.etcd`,
    ...memberSettings(values),
    ...clusterSettings(values, name, advertisePeerUrls),
    ...securitySettings(values),
    ...operationSettings(values),
  };
}

function memberSettings(values: FlagValues) {
  return {
    walDir: values.text('wal-dir'),
    snapshotCount: values.count('snapshot-count'),
    snapshotCatchUpEntries: values.count('snapshot-catchup-entries'),
    maxSnapshots: values.number('max-snapshots'),
    maxWals: values.number('max-wals'),
    heartbeatMs: values.number('heartbeat-interval'),
    electionMs: values.number('election-timeout'),
    initialElectionTickAdvance: values.switch('initial-election-tick-advance'),
    listenPeerUrls: values.urls('listen-peer-urls'),
    listenClientUrls: values.urls('listen-client-urls'),
    listenClientHttpUrls: values.urls('listen-client-http-urls'),
    listenMetricsUrls: values.urls('listen-metrics-urls'),
    quotaBytes: values.integer('quota-backend-bytes'),
    batchIntervalMs: values.milliseconds('backend-batch-interval'),
    batchLimit: values.number('backend-batch-limit'),
    maxTxnOps: values.number('max-txn-ops'),
    maxRequestBytes: values.number('max-request-bytes'),
    maxConcurrentStreams: values.number('max-concurrent-streams'),
    keepAliveMinTimeMs: values.milliseconds('grpc-keepalive-min-time'),
    keepAliveIntervalMs: values.milliseconds('grpc-keepalive-interval'),
    keepAliveTimeoutMs: values.milliseconds('grpc-keepalive-timeout'),
    enableGateway: values.switch('enable-grpc-gateway'),
    raftReadTimeoutMs: Math.max(LEAST_RAFT_TIMEOUT_MS, values.milliseconds('raft-read-timeout')),
    raftWriteTimeoutMs: Math.max(LEAST_RAFT_TIMEOUT_MS, values.milliseconds('raft-write-timeout')),
    gates: values.gates(),
  };
}

function clusterSettings(values: FlagValues, name: string, advertisePeerUrls: readonly string[]) {
  // Whoever says where to listen has to say, too, where to be reached: the default would be wrong.
  const isMissingAdvertise = values.isGiven('listen-client-urls') && !values.isGiven('advertise-client-urls');
  return {
    advertisePeerUrls,
    advertiseClientUrls: isMissingAdvertise ? [] : values.urls('advertise-client-urls'),
    initialCluster: initialCluster(values, name, advertisePeerUrls),
    isNewCluster: values.text('initial-cluster-state') === 'new',
    initialClusterToken: values.text('initial-cluster-token'),
    discoverySrv: values.text('discovery-srv'),
    discoverySrvName: values.text('discovery-srv-name'),
    strictReconfigCheck: values.switch('strict-reconfig-check'),
    preVote: values.switch('pre-vote'),
    autoCompaction: {
      // Any other text is refused when the settings are checked.
      mode: values.text('auto-compaction-mode') === 'revision' ? 'revision' : 'periodic',
      retention: values.text('auto-compaction-retention'),
    },
  } as const;
}

/** One that is not given follows from the name, if a name is; with discovery there is none. */
function initialCluster(values: FlagValues, name: string, advertisePeerUrls: readonly string[]): string {
  if (values.isGiven('initial-cluster')) return values.text('initial-cluster');
  const isDiscovered = ['discovery-srv', 'discovery-srv-name', 'discovery-endpoints'].some(
    (flag) => values.text(flag) !== '',
  );
  if (isDiscovered) return '';
  if (name === 'default') return values.text('initial-cluster');
  return advertisePeerUrls.map((url) => `${name}=${url}`).join(',');
}

function securitySettings(values: FlagValues) {
  return {
    clientTls: clientTls(values),
    peerTls: peerTls(values),
    selfSignedYears: values.number('self-signed-cert-validity'),
    cipherSuites: values.list('cipher-suites'),
    tlsMinVersion: values.text('tls-min-version'),
    tlsMaxVersion: values.text('tls-max-version'),
    cors: values.list('cors'),
    hostWhitelist: values.list('host-whitelist'),
    authToken: values.text('auth-token'),
    bcryptCost: values.number('bcrypt-cost'),
    authTokenTtlSeconds: values.number('auth-token-ttl'),
  };
}

function clientTls(values: FlagValues): TlsSettings {
  return {
    certFile: values.text('cert-file'),
    keyFile: values.text('key-file'),
    clientCertFile: values.text('client-cert-file'),
    clientKeyFile: values.text('client-key-file'),
    clientCertAuth: values.switch('client-cert-auth'),
    trustedCaFile: values.text('trusted-ca-file'),
    crlFile: values.text('client-crl-file'),
    allowedCommonNames: [],
    allowedHostnames: values.list('client-cert-allowed-hostname'),
    skipSanVerification: false,
    auto: values.switch('auto-tls'),
  };
}

function peerTls(values: FlagValues): TlsSettings {
  return {
    certFile: values.text('peer-cert-file'),
    keyFile: values.text('peer-key-file'),
    clientCertFile: values.text('peer-client-cert-file'),
    clientKeyFile: values.text('peer-client-key-file'),
    clientCertAuth: values.switch('peer-client-cert-auth'),
    trustedCaFile: values.text('peer-trusted-ca-file'),
    crlFile: values.text('peer-crl-file'),
    allowedCommonNames: values.list('peer-cert-allowed-cn'),
    allowedHostnames: values.list('peer-cert-allowed-hostname'),
    skipSanVerification: values.switch('peer-skip-client-san-verification'),
    auto: values.switch('peer-auto-tls'),
  };
}

function operationSettings(values: FlagValues) {
  return {
    metrics: values.text('metrics'),
    logger: values.text('logger'),
    logOutputs: values.list('log-outputs'),
    logRotation: values.switch('enable-log-rotation')
      ? parseRotation(values.text('log-rotation-config-json'))
      : undefined,
    logLevel: values.text('log-level'),
    logFormat: values.text('log-format'),
    slowRequestMs: values.milliseconds('warning-unary-request-duration') || 300,
    slowApplyMs: values.milliseconds('warning-apply-duration'),
    corruptCheckMs: values.milliseconds('corrupt-check-time'),
    compactHashCheckMs: values.milliseconds('compact-hash-check-time'),
    compactionBatchLimit: values.number('compaction-batch-limit'),
    compactionPauseMs: values.milliseconds('compaction-sleep-interval'),
    watchProgressNotifyMs: values.milliseconds('watch-progress-notify-interval'),
    bootstrapDefragMegabytes: values.number('bootstrap-defrag-threshold-megabytes'),
    maxLearners: values.number('max-learners'),
    emulatedVersion: values.text('emulated-version'),
    downgradeCheckMs: values.milliseconds('downgrade-check-time'),
    forceNewCluster: values.switch('force-new-cluster'),
    unsafeNoFsync: values.switch('unsafe-no-fsync'),
  };
}
