/** What scenarios run on. They see a cluster through this alone, and so hold on every backend alike. */
import type { Series } from '../../support/binaries.ts';

export interface ClusterSpec {
  readonly members?: 1 | 3;
  readonly quotaBytes?: number;
  /** Entries between two snapshots; few, so that what a snapshot changes shows early. */
  readonly snapshotCount?: number;
  /** Idle watches that asked for it hear of progress as often. */
  readonly watchProgressMs?: number;
}

export interface CommonCluster {
  /** host:port of each member; the members are called m1, m2, m3. */
  readonly endpoints: readonly string[];
  /** As `kill -9`. */
  readonly kill: (index: number) => Promise<void>;
  /** Starts a member again after `kill`, with the data it had, and waits until it answers. */
  readonly restart: (index: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A kind of server that scenarios run on. */
export interface Backend {
  /** As it stands in the titles of tests. */
  readonly name: string;
  /** The release of etcd it is, or behaves as. */
  readonly series: Series;
  /** The version that it gives as its own, such as `3.5.30`. */
  readonly version: string;
  start(spec: ClusterSpec): Promise<CommonCluster>;
}
