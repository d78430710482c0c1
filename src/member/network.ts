import type { Message } from '../raft/index.ts';
import type {
  HashKVRequest,
  HashKVResponse,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
  Member as MemberInfo,
} from '../wire/index.ts';
import type { SnapshotImage } from './api.ts';

/**
 * What members want from each other: the door to transports. A transport moves messages in order between two members
 * or drops them; it neither reads nor changes them. It keeps no message back for a member it can not reach.
 */
export interface PeerNetwork {
  /**
   * Makes a member reachable under its id and peer URLs. It has no peers until they are added to the link. Whatever
   * arrives is told to `receiver`, never from within a call of the link: the receiver may use the link at once.
   */
  join(self: PeerIdentity, receiver: PeerReceiver): PeerLink;
  /**
   * The cluster that answers at one of these peer URLs, for a member that joins it or begins with others; rejects if
   * none does.
   */
  clusterAt(peerUrls: readonly string[]): Promise<RemoteCluster>;
}

export interface PeerIdentity {
  readonly id: bigint;
  readonly clusterId: bigint;
  readonly peerUrls: readonly string[];
}

/** What a member tells of its cluster to those that are not in it yet. */
export interface RemoteCluster {
  readonly clusterId: bigint;
  readonly members: readonly MemberInfo[];
}

/** The member's side of a transport. */
export interface PeerReceiver {
  /** In the order in which the sender sent them, though some may be missing. */
  message(m: Message): void;
  /**
   * A `MsgSnap` with the image of the sender's database. Resolves once it is stored here, and the message was taken
   * in; the sender's `sendSnapshot` resolves thereafter.
   */
  snapshot(m: Message, image: AsyncIterable<Uint8Array>): Promise<void>;
  /** The last message to `id` did not arrive. */
  unreachable(id: bigint): void;
  /** The other end says that this member was removed from the cluster. */
  removed(): void;
  /** Whether that member was removed: it is to be told so instead of having its messages delivered. */
  isRemoved(id: bigint): boolean;
  /** Answers what other members ask. */
  readonly service: PeerService;
}

/** What members ask each other outside of raft. Each call rejects with an `EtcdError`, or when no one answers. */
export interface PeerService {
  /** Renews a lease; for the leader. Resolves with its TTL in seconds. Refused with `leaseNotFound` or `notLeader`. */
  leaseRenew(id: bigint): Promise<bigint>;
  /** Tells of a lease; for the leader. The header is left out. */
  leaseTimeToLive(request: LeaseTimeToLiveRequest): Promise<LeaseTimeToLiveResponse>;
  /** Makes a learner a voter; for the leader. Permission was checked by who asks. */
  promote(id: bigint): Promise<readonly MemberInfo[]>;
  hashKv(request: HashKVRequest): Promise<HashKVResponse>;
  versions(): Promise<MemberVersions>;
  /** As `versions` and `clusterAt`: served without being a member already. */
  cluster(): Promise<RemoteCluster>;
  /** Whether a downgrade is under way, read linearizably. */
  downgradeEnabled(): Promise<boolean>;
}

/** Versions such as `3.7.0`; that of the cluster is empty until it is decided. */
export interface MemberVersions {
  readonly server: string;
  readonly cluster: string;
  readonly storage: string;
}

/** A member's connections to its peers. Sending never blocks and never throws. */
export interface PeerLink {
  /** Each to `to`; messages to those who are not peers are dropped. Never a `MsgSnap`. */
  send(messages: readonly Message[]): void;
  /** Sends a `MsgSnap` and an image. Rejects if it did not arrive whole or was not stored. */
  sendSnapshot(m: Message, image: SnapshotImage): Promise<void>;
  /** What `id` answers. Calls reject when it can not be reached. */
  ask(id: bigint): PeerService;
  addPeer(id: bigint, peerUrls: readonly string[]): void;
  updatePeer(id: bigint, peerUrls: readonly string[]): void;
  removePeer(id: bigint): void;
  /** Since when, in milliseconds of the member's clock, the peer is connected; undefined if it is not. */
  activeSince(id: bigint): number | undefined;
  /** No timer is left and nothing is received any more. */
  close(): void;
}
