import type { Etcd3, IOptions } from 'etcd3';
import type { LogEvent } from '../base/log-event.ts';

/** The time that a cluster lives in. */
export interface ClusterClock {
  readonly isVirtual: boolean;
  /** Milliseconds from no particular beginning. */
  nowMs(): number;
  /**
   * Lets time pass, and what falls due in it happen: heartbeats, elections, leases that expire. Resolves when the
   * members have come to rest. Rejects if the clock is the system's.
   */
  advance(durationMs: number): Promise<void>;
}

/** Members by object or by name. */
export type MemberName = string | ClusterMember;

/** Faults of the network between members. Clients are not touched by them. */
export interface ClusterNetwork {
  /**
   * Splits the members into groups that do not hear each other; who is in no group hears nobody.
   * `partition([leader], others)`.
   */
  partition(...groups: readonly (readonly MemberName[])[]): void;
  /** Ends partitions, losses and delays. */
  heal(): void;
  /** Loses messages: all of them with a rate of 1. Between two members, one way, or everywhere. 0 ends it. */
  drop(rate: number, route?: Route): void;
  /** Delays messages by a time in the range, drawn for each; those between two members stay in order. 0 ends it. */
  delay(range: number | { readonly minMs: number; readonly maxMs: number }, route?: Route): void;
}

/** Where a fault is: from and to these members, or anywhere where left out. */
export interface Route {
  readonly from?: MemberName;
  readonly to?: MemberName;
}

/** PEM texts with which a client reaches a cluster that speaks TLS. */
export interface ClientTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface ClusterMember extends AsyncDisposable {
  readonly name: string;
  /** The member's id, as etcd shows it in hexadecimal: 64 bits. */
  readonly id: bigint;
  /** Where it answers clients; undefined with `listen: false`. */
  readonly clientUrl: string | undefined;
  readonly isRunning: boolean;
  readonly isPaused: boolean;
  readonly isLeader: boolean;
  readonly isLearner: boolean;
  /** Ends in order: a leader hands leadership over first, and all is written. */
  stop(): Promise<void>;
  /** Ends as by `kill -9`: connections break, nothing is handed over, what was not written yet is lost. */
  kill(): Promise<void>;
  /** Starts again with the data it has, at the same URL. A running one is stopped first. */
  restart(): Promise<void>;
  /** Stands still as by SIGSTOP: connections stay open and nothing is answered. */
  pause(): void;
  resume(): void;
}

/** A member that is a cluster by itself. */
export interface EmbeddedMember extends ClusterMember {
  readonly endpoints: readonly string[];
  readonly tls: ClientTls | undefined;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly clock: ClusterClock;
  client(options?: ClientOptions): Etcd3;
  /** What was logged last. */
  recentLog(): readonly LogEvent[];
}

/** etcd3's options but for where the cluster is and how it is reached. */
export type ClientOptions = Partial<Omit<IOptions, 'hosts' | 'credentials'>> & {
  /** Talk to this member alone. */
  readonly member?: MemberName;
};

export interface Cluster extends AsyncDisposable {
  /** In the order of their making; those that were removed are not in it. */
  readonly members: readonly ClusterMember[];
  /** Client URLs of the members; empty with `listen: false`. */
  readonly endpoints: readonly string[];
  /** With `tls`: what a client needs. */
  readonly tls: ClientTls | undefined;
  /** With `auth`: the user that may do everything. */
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly clock: ClusterClock;
  readonly network: ClusterNetwork;
  /** A client of the whole cluster, signed in as root where authentication is on. Closed with the cluster. */
  client(options?: ClientOptions): Etcd3;
  /** The member of this name. @throws RangeError */
  member(name: string): ClusterMember;
  /** The running member that the others follow, if there is one now. */
  readonly leader: ClusterMember | undefined;
  /** Resolves with the leader as soon as there is one. @throws StartError after `timeoutMs` (10,000), with what stands in the way */
  waitForLeader(options?: { readonly timeoutMs?: number }): Promise<ClusterMember>;
  /** Hands leadership to this member and waits until it has it. */
  moveLeader(to: MemberName): Promise<void>;
  /** Adds a voting member and starts it. */
  addMember(options?: { readonly name?: string }): Promise<ClusterMember>;
  /** Adds a member without a vote and starts it. */
  addLearner(options?: { readonly name?: string }): Promise<ClusterMember>;
  /** Makes a learner a voter, as soon as it has caught up. */
  promote(learner: MemberName): Promise<void>;
  /** Takes a member out of the cluster and stops it; its data goes. */
  removeMember(member: MemberName): Promise<void>;
  /** What the members logged last. */
  recentLog(): readonly LogEvent[];
  /** Ends everything: no timer, no socket and, unless `dataDir` was given, no file is left. Safe to call twice. */
  stop(): Promise<void>;
}
