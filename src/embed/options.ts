import type { LogSink } from '../base/log-event.ts';

/**
 * Where members keep their log and data. `memory` is a disk that is not there: it outlives `kill` and `restart`
 * of a member, and is gone with the cluster.
 */
export type Storage = 'memory' | 'disk';

/** What is common to members and clusters. Durations in milliseconds, sizes in bytes; defaults are etcd's. */
export interface CommonOptions {
  /** Default: `memory`. */
  readonly storage?: Storage;
  /**
   * With storage `disk`: where the data lies, and stays: a directory for each member of a cluster, or that of the one
   * member itself. etcd could start on it. Default: a directory under TMPDIR that goes with the cluster.
   */
  readonly dataDir?: string;
  /**
   * Certificates for clients: `true` issues an authority, a server and a client certificate for this cluster alone.
   * Clients must then show a certificate. Default: false, plaintext.
   */
  readonly tls?: boolean;
  /** Turns authentication on, with the user `root`: `true` makes a password up, see `Cluster.credentials`. Default: false. */
  readonly auth?: boolean | { readonly rootPassword: string };
  /**
   * Listen on TCP: `true` on 127.0.0.1 and a port that the system chooses; or a host, and the first member's port,
   * which the next ones count up from. `false` opens no port: only `client()` reaches the cluster. Default: true.
   */
  readonly listen?: boolean | { readonly host?: string; readonly port?: number };
  /** `virtual`: time passes only when `clock.advance` is called. Default: `system`. */
  readonly clock?: 'system' | 'virtual';
  /** Makes faults of the network and election timeouts repeatable. Default: a random one. */
  readonly seed?: number;
  /** Told what the members log; they print nothing. Default: nobody; the last lines stand in the errors of `start…`. */
  readonly log?: LogSink;
  /** After which starting fails, in real time. Default: 10,000. */
  readonly startTimeoutMs?: number;

  /** Default: 100. */
  readonly heartbeatMs?: number;
  /** Default: 1,000. */
  readonly electionTimeoutMs?: number;
  /** Entries after which a member takes a snapshot of its own. Default: 10,000. */
  readonly snapshotCount?: number;
  /** Entries kept behind a snapshot for followers that are a little late. Default: 5,000. */
  readonly snapshotCatchUpEntries?: number;
  /** Size of the database above which writes are refused; default: 2 GiB. */
  readonly quotaBytes?: number;
  /** Default: 1.5 MiB. */
  readonly maxRequestBytes?: number;
  /** Default: 128. */
  readonly maxTxnOps?: number;
  /** `simple` or `jwt,pub-key=…,priv-key=…,sign-method=…`. Default: `simple`. */
  readonly authToken?: string;
  /** Cost of password hashes. Default: 4, the least: an embedded cluster guards nothing. */
  readonly bcryptCost?: number;
  /** How often idle watches are told the revision, where they asked for it. Default: 600,000. */
  readonly watchProgressIntervalMs?: number;
  /** Responses that wait for a slow watcher before it is held back, and reads the history later. Default: 128. */
  readonly watchQueueResponses?: number;
}

export interface ClusterOptions extends CommonOptions {
  /** Number of voting members, 1 to 9. Default: as many as there are names, or 1. */
  readonly size?: number;
  /** Names of the members, as many as there are. Default: `m1`, `m2`, … */
  readonly names?: readonly string[];
}

export interface MemberOptions extends CommonOptions {
  /** Default: `default`, as etcd's. */
  readonly name?: string;
}

/** Options that make no sense, or a cluster that did not come up: says which, and why. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
