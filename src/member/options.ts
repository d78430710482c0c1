import type { Clock, FileSystem, LogSink } from '../base/index.ts';
import type { Figures } from '../figures/index.ts';
import type { PeerNetwork } from './network.ts';

/** Where a member keeps its log and state. */
export type MemberStorage =
  /** Nowhere but in memory: it can not be started again. */
  | 'memory'
  /** In a directory laid out as etcd's. */
  | {
      readonly dataDir: string;
      /** Where the log lies instead of within the data directory. */
      readonly walDir?: string | undefined;
      /** The machine's, if not given. */
      readonly files?: FileSystem | undefined;
      /** The files are the machine's, seen on their way: the database is locked. */
      readonly isOnDisk?: boolean;
      /** A segment of the log that has grown to this is followed by another. Default: etcd's 64 MB; tests make it smaller. */
      readonly segmentBytes?: number | undefined;
    };

/** What a member is started with. Names and defaults are those of etcd's flags. */
export interface MemberOptions {
  readonly name: string;
  /** Advertised peer URLs: the id of a member follows from them. */
  readonly peerUrls: readonly string[];
  /** Advertised client URLs. */
  readonly clientUrls: readonly string[];
  /** The peer URLs of all members that found the cluster, by name; this one included. */
  readonly initialCluster: ReadonlyMap<string, readonly string[]>;
  /** Default: `etcd-cluster`. */
  readonly initialClusterToken?: string;
  /** `existing` joins a cluster to which this member was added. Default: `new`. Without meaning once there is data. */
  readonly initialClusterState?: 'new' | 'existing';
  /** Makes a cluster of one out of the data there is, without the others' consent; they must be lost. Default: false. */
  readonly forceNewCluster?: boolean;
  readonly storage: MemberStorage;
  readonly clock: Clock;
  readonly network: PeerNetwork;
  /** A random whole number in `[0, bound)`. */
  readonly randomInt: (bound: number) => number;
  readonly log?: LogSink;
  /** Where it counts what it does; its own if absent. */
  readonly figures?: Figures;

  /**
   * The release that this member is towards others and in its directory, for clusters shared with older ones: `3.4.0`
   * and later. Default: this release.
   */
  readonly version?: string;
  /** Default: 100. */
  readonly heartbeatMs?: number;
  /** In heartbeats. Default: 10. */
  readonly electionTicks?: number;
  /** Default: 10,000. */
  readonly snapshotCount?: number;
  /** Entries kept behind a snapshot for followers that are a little late. Default: 5,000. */
  readonly snapshotCatchUpEntries?: number;
  /** 0 means 2 GiB, below 0 none. Default: 0. */
  readonly quotaBytes?: number;
  /** Default: 1.5 MiB. */
  readonly maxRequestBytes?: number;
  /** Default: 128. */
  readonly maxTxnOps?: number;
  /** Default: 1. */
  readonly maxLearners?: number;
  /** Default: true. */
  readonly strictReconfigCheck?: boolean;
  /** Ask before an election whether it can be won. Default: true. */
  readonly preVote?: boolean;
  /** `simple` or `jwt,…`. Default: `simple`. */
  readonly authToken?: string;
  /** Of simple tokens. Default: 300. */
  readonly authTokenTtlSeconds?: number;
  /** Default: 10. */
  readonly bcryptCost?: number;
  /** The name in a client's certificate stands for a user. Default: false. */
  readonly clientCertAuth?: boolean;
  /** Default: 600,000. */
  readonly watchProgressIntervalMs?: number;
  /** Responses that wait for a slow watcher before it is held back, and reads the history later. Default: 128. */
  readonly watchQueueResponses?: number;
  /** Keys removed at a time. Default: 1,000. */
  readonly compactionBatchLimit?: number;
  /** Pause between two such batches. Default: 10. */
  readonly compactionPauseMs?: number;
  /** How often the log notes what is left of long leases, lest a new leader gives them all again. Default: never. */
  readonly leaseCheckpointIntervalMs?: number;
  /** Requests that take the state longer are logged. Default: 100. */
  readonly slowApplyMs?: number;
  /** How often the leader compares hashes with the others; 0 is never. Default: 0. */
  readonly corruptCheckMs?: number;
  /** How often the leader compares the hashes of compactions with the others'; 0 is never. Default: 0. */
  readonly compactHashCheckMs?: number;
  /** One that ran before compares hashes with the others before it takes part. Default: false. */
  readonly initialCorruptCheck?: boolean;
  /** `.snap` files and log segments that are kept. Default: 5. */
  readonly maxSnapFiles?: number;
  readonly maxWalFiles?: number;
}
