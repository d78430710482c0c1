import { randomInt } from 'node:crypto';
import { type FileSystem, type LogSink, systemClock } from '../base/index.ts';
import { parsePeerUrlMap } from '../base/peer-urls.ts';
import { type MemberOptions, SERVER_VERSION } from '../member/index.ts';
import type { HttpPeers } from '../peer/index.ts';
import type { ServerSettings } from './settings.ts';

/** A directory that an older etcd is to open again must not be told of a newer one. */
export const versionOf = ({ emulatedVersion }: ServerSettings): string =>
  emulatedVersion === '' ? SERVER_VERSION : `${emulatedVersion}.0`;

/** What the settings say of the member itself. */
export function memberOptions(
  settings: ServerSettings,
  network: HttpPeers,
  files: FileSystem,
  log: LogSink,
): MemberOptions {
  const initialCluster = new Map(
    [...parsePeerUrlMap(settings.initialCluster)].map(([name, urls]) => [name, urls.map(({ text }) => text)]),
  );
  return {
    name: settings.name,
    peerUrls: settings.advertisePeerUrls,
    clientUrls: settings.advertiseClientUrls,
    initialCluster,
    initialClusterToken: settings.initialClusterToken,
    forceNewCluster: settings.forceNewCluster,
    initialClusterState: settings.isNewCluster ? 'new' : 'existing',
    storage: {
      dataDir: settings.dataDir,
      walDir: settings.walDir === '' ? undefined : settings.walDir,
      files,
      isOnDisk: true,
    },
    clock: systemClock,
    network,
    randomInt: (bound) => randomInt(bound),
    log,
    heartbeatMs: settings.heartbeatMs,
    electionTicks: Math.floor(settings.electionMs / settings.heartbeatMs),
    snapshotCount: Number(settings.snapshotCount),
    snapshotCatchUpEntries: Number(settings.snapshotCatchUpEntries),
    quotaBytes: Number(settings.quotaBytes),
    maxRequestBytes: settings.maxRequestBytes,
    maxTxnOps: settings.maxTxnOps,
    maxLearners: settings.maxLearners,
    version: versionOf(settings),
    strictReconfigCheck: settings.strictReconfigCheck,
    preVote: settings.preVote,
    authToken: settings.authToken,
    authTokenTtlSeconds: settings.authTokenTtlSeconds,
    bcryptCost: settings.bcryptCost,
    clientCertAuth: settings.clientTls.clientCertAuth,
    compactionBatchLimit: settings.compactionBatchLimit,
    slowApplyMs: settings.slowApplyMs,
    corruptCheckMs: settings.corruptCheckMs,
    compactHashCheckMs: settings.gates.CompactHashCheck ? settings.compactHashCheckMs : 0,
    initialCorruptCheck: settings.gates.InitialCorruptCheck,
    maxSnapFiles: settings.maxSnapshots,
    maxWalFiles: settings.maxWals,
    ...(settings.compactionPauseMs > 0 && { compactionPauseMs: settings.compactionPauseMs }),
    ...(settings.watchProgressNotifyMs > 0 && { watchProgressIntervalMs: settings.watchProgressNotifyMs }),
    ...(settings.gates.LeaseCheckpoint && { leaseCheckpointIntervalMs: 300_000 }),
  };
}
