import { randomInt } from 'node:crypto';
import { type FileSystem, type LogEvent, type LogSink, nodeFiles, systemClock } from '../base/index.ts';
import { parsePeerUrlMap } from '../base/peer-urls.ts';
import { Member, type MemberOptions, SERVER_VERSION } from '../member/index.ts';
import { HttpPeers, type PeerTls } from '../peer/index.ts';
import { type Family, type Listener, type Served, serveMember, type ServerTls } from '../serve/index.ts';
import { startCompactor } from './auto-compaction.ts';
import { readRetention } from './check-settings.ts';
import { placeOf } from './listen.ts';
import { type Listeners, listenForPeers } from './peer-listener.ts';
import { gateFamily } from './metrics/gate-figures.ts';
import { MeasuredFiles } from './metrics/measured-files.ts';
import type { ServerSettings } from './settings.ts';
import { refusalOf } from './tls/allowed.ts';
import { cipherList } from './tls/cipher-suites.ts';
import { type TlsFiles, tlsFiles, type TlsMaterial } from './tls/material.ts';
import { revocations } from './tls/revocations.ts';
import { withSelfSigned } from './tls/self-signed.ts';

/** A member that runs as this process, with its listeners. */
export interface RunningServer {
  /** Resolves with the reason when it has ended by itself. */
  readonly whenEnded: Promise<Error>;
  /** Hands leadership over, ends connections, and leaves the data durable. */
  stop(): Promise<void>;
}

/** Unary calls under way may finish for so long. */
const GRACE_MS = 1_000;

type TlsVersion = 'TLSv1.2' | 'TLSv1.3';
const tlsVersion = (text: string): TlsVersion | undefined =>
  text === 'TLS1.2' ? 'TLSv1.2' : text === 'TLS1.3' ? 'TLSv1.3' : undefined;

/**
 * Starts the server that the settings describe. Resolves when it answers its clients.
 * @throws SettingsError, MemberStartError, and what listening or storage throw; nothing stays open then
 */
export async function startServer(told: ServerSettings, log: LogSink): Promise<RunningServer> {
  const closers: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) await close();
  };
  try {
    const settings = await withSelfSigned(told, log);
    log({ level: 'info', message: 'starting an etcd server', fields: summaryOf(settings) });
    // What is wrong with the material is said before a data directory is made.
    const tls = clientTls(settings);
    const { network, peers } = await openPeers(settings, log);
    closers.push(() => peers.close());
    closers.push(() => network.close());
    const files = new MeasuredFiles(nodeFiles, systemClock);
    const member = await Member.start(memberOptions(settings, network, files, log));
    closers.push(() => member.stop());
    const cancelCompaction = compactBySettings(settings, member, log);
    closers.push(cancelCompaction);
    // etcd serves no client before the cluster knows of the member.
    await Promise.race([member.whenReady, member.whenEnded.then((reason) => Promise.reject(reason))]);
    await defragmentIfWorth(settings, member, log);
    const served = await serveClients(
      settings,
      member,
      tls,
      () => [...files.families(), gateFamily(settings.gates)],
      log,
    );
    closers.push(() => served.close(GRACE_MS));
    // Those who start servers wait for this, and connect at once.
    log({ level: 'info', message: 'ready to serve client requests', fields: {} });
    return { whenEnded: member.whenEnded, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a look at the log should tell of how the server was set up. */
function summaryOf(settings: ServerSettings): LogEvent['fields'] {
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

interface Peers {
  readonly network: HttpPeers;
  readonly peers: Listeners;
}

/** The network between members: what this one dials with, and what it listens with. */
async function openPeers(settings: ServerSettings, log: LogSink): Promise<Peers> {
  const { peerTls } = settings;
  const server = tlsFiles(peerTls, 'server', 'peer-');
  const client = tlsFiles(peerTls, 'client', 'peer-');
  const revoked = revocations(peerTls.crlFile);
  const minVersion = tlsVersion(settings.tlsMinVersion) ?? 'TLSv1.2';
  const maxVersion = tlsVersion(settings.tlsMaxVersion);
  const ciphers = cipherList(settings.cipherSuites);
  const network = new HttpPeers({
    clock: systemClock,
    log,
    version: versionOf(settings),
    readTimeoutMs: settings.raftReadTimeoutMs,
    // Members with certificates of their own making know nothing of each other's.
    tls: () => client && dialTls(client, { minVersion, maxVersion, ciphers, verify: !peerTls.auto }),
  });
  const peers = await listenForPeers({
    urls: settings.listenPeerUrls,
    tls: server && { files: server, settings: peerTls, revoked, minVersion, maxVersion, ciphers },
    handle: (request, response) => void network.handle(request, response),
    log,
  });
  for (const url of settings.listenPeerUrls) {
    log({ level: 'info', message: 'serving peer traffic', fields: { address: url } });
  }
  return { network, peers };
}

function dialTls(files: TlsFiles, common: Omit<PeerTls, keyof TlsMaterial>): PeerTls {
  const { cert, key, ca } = files.read();
  return { ...common, cert, key, ca };
}

/** A directory that an older etcd is to open again must not be told of a newer one. */
const versionOf = ({ emulatedVersion }: ServerSettings): string =>
  emulatedVersion === '' ? SERVER_VERSION : `${emulatedVersion}.0`;

function memberOptions(settings: ServerSettings, network: HttpPeers, files: FileSystem, log: LogSink): MemberOptions {
  const initialCluster = new Map(
    [...parsePeerUrlMap(settings.initialCluster)].map(([name, urls]) => [name, urls.map(({ text }) => text)]),
  );
  return {
    name: settings.name,
    peerUrls: settings.advertisePeerUrls,
    clientUrls: settings.advertiseClientUrls,
    initialCluster,
    initialClusterToken: settings.initialClusterToken,
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
    corruptCheckMs: settings.corruptCheckMs,
    maxSnapFiles: settings.maxSnapshots,
    maxWalFiles: settings.maxWals,
    ...(settings.compactionPauseMs > 0 && { compactionPauseMs: settings.compactionPauseMs }),
    ...(settings.watchProgressNotifyMs > 0 && { watchProgressIntervalMs: settings.watchProgressNotifyMs }),
    ...(settings.gates.LeaseCheckpoint && { leaseCheckpointIntervalMs: 300_000 }),
  };
}

/** etcd's --bootstrap-defrag-threshold-megabytes. */
async function defragmentIfWorth(
  { bootstrapDefragMegabytes }: ServerSettings,
  member: Member,
  log: LogSink,
): Promise<void> {
  if (bootstrapDefragMegabytes === 0) return;
  const { dbSize, dbSizeInUse } = await member.maintenance.status({ asRoot: true });
  const free = dbSize - dbSizeInUse;
  const threshold = BigInt(bootstrapDefragMegabytes) * 1024n * 1024n;
  const fields = { 'current-db-size-bytes': dbSize, 'current-db-size-in-use-bytes': dbSizeInUse };
  if (free < threshold) {
    const more = { ...fields, 'experimental-bootstrap-defrag-threshold-bytes': threshold };
    return log({ level: 'info', message: 'Skipping defragmentation', fields: more });
  }
  await member.maintenance.defragment({ asRoot: true });
  log({ level: 'info', message: 'defragmented at the start', fields });
}

function compactBySettings(settings: ServerSettings, member: Member, log: LogSink): () => void {
  const retention = readRetention(settings.autoCompaction.mode, settings.autoCompaction.retention);
  if (retention === undefined) return () => {};
  return startCompactor(retention, {
    clock: systemClock,
    log,
    revision: () => member.header().revision,
    isLeader: () => member.leaderId === member.id,
    compact: (revision) => member.kv.compact({ revision, physical: false }, { asRoot: true }),
  });
}

async function serveClients(
  settings: ServerSettings,
  member: Member,
  tls: (() => ServerTls) | undefined,
  figures: () => readonly Family[],
  log: LogSink,
): Promise<Served> {
  const { listenClientUrls, listenClientHttpUrls, listenMetricsUrls } = settings;
  // Where there are URLs for HTTP alone, the others answer none.
  const clients = listenClientHttpUrls.length > 0 ? ('grpc' as const) : undefined;
  const served = await serveMember(member, {
    listeners: [
      ...listenClientUrls.map((url) => listenerOf(url, clients)),
      ...listenClientHttpUrls.map((url) => listenerOf(url, 'http')),
      ...listenMetricsUrls.map((url) => listenerOf(url, 'metrics')),
    ],
    ...(tls !== undefined && { tls }),
    gateway: settings.enableGateway,
    access: { cors: settings.cors, hostWhitelist: settings.hostWhitelist },
    commonNames: settings.clientTls.clientCertAuth,
    maxRequestBytes: settings.maxRequestBytes,
    maxConcurrentStreams: settings.maxConcurrentStreams,
    minPingIntervalMs: settings.keepAliveMinTimeMs,
    ...(settings.keepAliveIntervalMs > 0 &&
      settings.keepAliveTimeoutMs > 0 && {
        keepAlive: { idleMs: settings.keepAliveIntervalMs, timeoutMs: settings.keepAliveTimeoutMs },
      }),
    electionTimeoutMs: settings.electionMs,
    figures,
    logger: log,
  });
  for (const url of listenClientUrls) tellServing(url, log);
  return served;
}

function tellServing(url: string, log: LogSink): void {
  const { isSecure } = placeOf(url);
  const fields = { traffic: 'grpc+http', address: url.replace(/^\w+:\/\//, '') };
  if (isSecure) log({ level: 'info', message: 'serving client traffic securely', fields });
  else log({ level: 'info', message: 'serving client traffic insecurely; this is strongly discouraged!', fields });
}

function listenerOf(url: string, serves: Listener['serves']): Listener {
  const place = placeOf(url);
  const common = { secure: place.isSecure, ...(serves !== undefined && { serves }) };
  if (place.kind === 'unix') return { address: { kind: 'unix', path: place.path }, ...common };
  return { address: { kind: 'tcp', host: place.host, port: place.port }, ...common };
}

/** TLS towards clients; etcd asks for their certificates where it is told to, or is given an authority. */
function clientTls(settings: ServerSettings): (() => ServerTls) | undefined {
  const { clientTls: tls } = settings;
  const files = tlsFiles(tls, 'server', '');
  if (files === undefined) return undefined;
  const ciphers = cipherList(settings.cipherSuites);
  const revoked = revocations(tls.crlFile);
  return () => {
    const { cert, key, ca } = files.read();
    return {
      cert,
      key,
      ...(ca !== undefined && { clientCa: ca }),
      clientCertificates: tls.clientCertAuth || tls.trustedCaFile !== '' ? 'required' : 'none',
      minVersion: tlsVersion(settings.tlsMinVersion),
      maxVersion: tlsVersion(settings.tlsMaxVersion),
      ciphers,
      refusalOf: (certificate) => revoked(certificate) ?? refusalOf(certificate, tls),
    };
  };
}
