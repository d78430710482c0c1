import type { GateValues } from './flags/gates.ts';
import type { Rotation } from './log/rotation.ts';

/** TLS towards clients or towards members. Paths of files, empty where not given. */
export interface TlsSettings {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  readonly clientCertAuth: boolean;
  readonly trustedCaFile: string;
  readonly crlFile: string;
  readonly allowedCommonNames: readonly string[];
  readonly allowedHostnames: readonly string[];
  readonly skipSanVerification: boolean;
  /** Make a certificate at the start, if none is given. */
  readonly auto: boolean;
}

/** What a server is told, from wherever: command line, environment or file. */
export interface ServerSettings {
  readonly name: string;
  readonly dataDir: string;
  /** Empty if the log lies in the data directory. */
  readonly walDir: string;
  readonly snapshotCount: bigint;
  readonly snapshotCatchUpEntries: bigint;
  readonly maxSnapshots: number;
  readonly maxWals: number;
  readonly heartbeatMs: number;
  readonly electionMs: number;
  readonly initialElectionTickAdvance: boolean;
  readonly listenPeerUrls: readonly string[];
  readonly listenClientUrls: readonly string[];
  readonly listenClientHttpUrls: readonly string[];
  readonly listenMetricsUrls: readonly string[];
  readonly advertisePeerUrls: readonly string[];
  readonly advertiseClientUrls: readonly string[];
  /** 0 for the default. */
  readonly quotaBytes: bigint;
  readonly batchIntervalMs: number;
  readonly batchLimit: number;
  readonly maxTxnOps: number;
  readonly maxRequestBytes: number;
  readonly maxConcurrentStreams: number;
  readonly keepAliveMinTimeMs: number;
  readonly keepAliveIntervalMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly enableGateway: boolean;
  readonly raftReadTimeoutMs: number;
  readonly raftWriteTimeoutMs: number;
  readonly gates: GateValues;
  /** `name=URL,name=URL`, or empty. */
  readonly initialCluster: string;
  readonly isNewCluster: boolean;
  readonly initialClusterToken: string;
  readonly discoverySrv: string;
  readonly discoverySrvName: string;
  readonly strictReconfigCheck: boolean;
  readonly preVote: boolean;
  readonly autoCompaction: { readonly mode: 'periodic' | 'revision'; readonly retention: string };
  readonly clientTls: TlsSettings;
  readonly peerTls: TlsSettings;
  readonly selfSignedYears: number;
  readonly cipherSuites: readonly string[];
  readonly tlsMinVersion: string;
  readonly tlsMaxVersion: string;
  readonly cors: readonly string[];
  readonly hostWhitelist: readonly string[];
  readonly authToken: string;
  readonly bcryptCost: number;
  readonly authTokenTtlSeconds: number;
  readonly metrics: string;
  readonly logOutputs: readonly string[];
  /** Undefined for files that only grow. */
  readonly logRotation: Rotation | undefined;
  readonly logLevel: string;
  readonly logFormat: string;
  readonly logger: string;
  readonly slowRequestMs: number;
  readonly slowApplyMs: number;
  readonly corruptCheckMs: number;
  readonly compactHashCheckMs: number;
  readonly compactionBatchLimit: number;
  readonly compactionPauseMs: number;
  readonly watchProgressNotifyMs: number;
  readonly bootstrapDefragMegabytes: number;
  readonly maxLearners: number;
  /** Such as `3.5`; empty for this release. */
  readonly emulatedVersion: string;
  readonly downgradeCheckMs: number;
  readonly forceNewCluster: boolean;
  readonly unsafeNoFsync: boolean;
}
