import type { CancelSignal } from '../base/index.ts';
import type { Figures } from '../figures/index.ts';
import type { WatchSession, WatchSink } from '../mvcc/index.ts';
import type {
  AlarmMember,
  AlarmRequest,
  AlarmResponse,
  AuthDisableResponse,
  AuthEnableResponse,
  AuthenticateRequest,
  AuthenticateResponse,
  AuthRoleAddRequest,
  AuthRoleAddResponse,
  AuthRoleDeleteRequest,
  AuthRoleDeleteResponse,
  AuthRoleGetRequest,
  AuthRoleGetResponse,
  AuthRoleGrantPermissionRequest,
  AuthRoleGrantPermissionResponse,
  AuthRoleListResponse,
  AuthRoleRevokePermissionRequest,
  AuthRoleRevokePermissionResponse,
  AuthStatusResponse,
  AuthUserAddRequest,
  AuthUserAddResponse,
  AuthUserChangePasswordRequest,
  AuthUserChangePasswordResponse,
  AuthUserDeleteRequest,
  AuthUserDeleteResponse,
  AuthUserGetRequest,
  AuthUserGetResponse,
  AuthUserGrantRoleRequest,
  AuthUserGrantRoleResponse,
  AuthUserListResponse,
  AuthUserRevokeRoleRequest,
  AuthUserRevokeRoleResponse,
  CompactionRequest,
  CompactionResponse,
  DefragmentResponse,
  DeleteRangeRequest,
  DeleteRangeResponse,
  DowngradeRequest,
  DowngradeResponse,
  HashKVRequest,
  HashKVResponse,
  HashResponse,
  LeaseGrantRequest,
  LeaseGrantResponse,
  LeaseKeepAliveResponse,
  LeaseLeasesResponse,
  LeaseRevokeRequest,
  LeaseRevokeResponse,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
  MemberAddRequest,
  MemberAddResponse,
  MemberListRequest,
  MemberListResponse,
  MemberPromoteRequest,
  MemberPromoteResponse,
  MemberRemoveRequest,
  MemberRemoveResponse,
  MemberUpdateRequest,
  MemberUpdateResponse,
  MoveLeaderRequest,
  MoveLeaderResponse,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  ResponseHeader,
  StatusResponse,
  TxnRequest,
  TxnResponse,
} from '../wire/index.ts';

/** Who asks. A token speaks for itself; without one, the name in a verified client certificate does. */
export interface Caller {
  /** From the metadata `token` (or `authorization`). */
  readonly token?: string | undefined;
  /** Common name of the leaf of the client's verified certificate chain; never set for requests of the JSON gateway. */
  readonly commonName?: string | undefined;
  /** The caller has gone or its deadline has passed. */
  readonly signal?: CancelSignal | undefined;
  /** The member looks after its own health: nobody else asks, so it may read whatever root may. Never set for a request from outside. */
  readonly asRoot?: true | undefined;
}

type Rpc<Req, Res> = (request: Req, caller: Caller) => Promise<Res>;
/** A request without fields. */
type Bare<Res> = (caller: Caller) => Promise<Res>;

/**
 * One member of a cluster as those see it who answer clients. Every call resolves with the whole response, header
 * included, or rejects with an `EtcdError`; whoever calls has nothing to add but the wire. Requests are validated here.
 */
export interface MemberApi {
  readonly kv: {
    readonly range: Rpc<RangeRequest, RangeResponse>;
    readonly put: Rpc<PutRequest, PutResponse>;
    readonly deleteRange: Rpc<DeleteRangeRequest, DeleteRangeResponse>;
    readonly txn: Rpc<TxnRequest, TxnResponse>;
    readonly compact: Rpc<CompactionRequest, CompactionResponse>;
  };
  readonly lease: {
    readonly grant: Rpc<LeaseGrantRequest, LeaseGrantResponse>;
    readonly revoke: Rpc<LeaseRevokeRequest, LeaseRevokeResponse>;
    /** One renewal; an unknown lease answers with a TTL of 0. */
    readonly keepAlive: Rpc<bigint, LeaseKeepAliveResponse>;
    readonly timeToLive: Rpc<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse>;
    readonly leases: Bare<LeaseLeasesResponse>;
  };
  readonly cluster: {
    readonly list: Rpc<MemberListRequest, MemberListResponse>;
    readonly add: Rpc<MemberAddRequest, MemberAddResponse>;
    readonly remove: Rpc<MemberRemoveRequest, MemberRemoveResponse>;
    readonly update: Rpc<MemberUpdateRequest, MemberUpdateResponse>;
    readonly promote: Rpc<MemberPromoteRequest, MemberPromoteResponse>;
  };
  readonly maintenance: {
    readonly alarm: Rpc<AlarmRequest, AlarmResponse>;
    readonly status: Bare<StatusResponse>;
    readonly defragment: Bare<DefragmentResponse>;
    readonly hash: Bare<HashResponse>;
    readonly hashKv: Rpc<HashKVRequest, HashKVResponse>;
    readonly moveLeader: Rpc<MoveLeaderRequest, MoveLeaderResponse>;
    readonly downgrade: Rpc<DowngradeRequest, DowngradeResponse>;
    readonly snapshot: Bare<SnapshotImage>;
  };
  readonly auth: {
    readonly enable: Bare<AuthEnableResponse>;
    readonly disable: Bare<AuthDisableResponse>;
    readonly status: Bare<AuthStatusResponse>;
    readonly authenticate: Rpc<AuthenticateRequest, AuthenticateResponse>;
    readonly userAdd: Rpc<AuthUserAddRequest, AuthUserAddResponse>;
    readonly userGet: Rpc<AuthUserGetRequest, AuthUserGetResponse>;
    readonly userList: Bare<AuthUserListResponse>;
    readonly userDelete: Rpc<AuthUserDeleteRequest, AuthUserDeleteResponse>;
    readonly userChangePassword: Rpc<AuthUserChangePasswordRequest, AuthUserChangePasswordResponse>;
    readonly userGrantRole: Rpc<AuthUserGrantRoleRequest, AuthUserGrantRoleResponse>;
    readonly userRevokeRole: Rpc<AuthUserRevokeRoleRequest, AuthUserRevokeRoleResponse>;
    readonly roleAdd: Rpc<AuthRoleAddRequest, AuthRoleAddResponse>;
    readonly roleGet: Rpc<AuthRoleGetRequest, AuthRoleGetResponse>;
    readonly roleList: Bare<AuthRoleListResponse>;
    readonly roleDelete: Rpc<AuthRoleDeleteRequest, AuthRoleDeleteResponse>;
    readonly roleGrantPermission: Rpc<AuthRoleGrantPermissionRequest, AuthRoleGrantPermissionResponse>;
    readonly roleRevokePermission: Rpc<AuthRoleRevokePermissionRequest, AuthRoleRevokePermissionResponse>;
  };
  /** Opens one watch stream, on which any number of watchers live. */
  watch(caller: Caller, sink: WatchSink): WatchSession;
  /** Ids, term and current revision of this member. */
  header(): ResponseHeader;
  /** Whether there is a leader, as far as this member knows: for streams that asked for one (`hasleader`) and for health. */
  hasLeader(): boolean;
  /** Calls back whenever `hasLeader` changes; returns what ends that. */
  onLeaderChange(listener: () => void): () => void;
  /** The alarms that this member knows of, whether or not the others can be reached. */
  alarms(): readonly AlarmMember[];
  /** Whether this member is a learner, which refuses most requests. */
  isLearner(): boolean;
  /** The cluster's version such as `3.7.0`; undefined while it is not decided. */
  clusterVersion?(): string | undefined;
  /** What it counts as it happens; those who serve it count along. */
  readonly counted?: Figures;
  /** What else there is to count; the compacted revision is -1 before the first compaction. */
  figures?(): {
    readonly keys: number;
    readonly compactRevision: bigint;
    readonly authRevision: bigint;
    /** How often a leader became known that was not the leader before. */
    readonly leaderChanges: number;
    readonly members: readonly bigint[];
    readonly alarms: readonly AlarmMember[];
  };
  /** How many watchers and streams of them there are, how many watchers are behind, and the events that wait to be sent. */
  watcherCounts?(): {
    readonly all: number;
    readonly behind: number;
    readonly streams: number;
    readonly waitingEvents: number;
  };
}

/** A snapshot being taken: the image of the database as it stood at one moment. */
export interface SnapshotImage {
  /** Bytes of the image, without the digest that follows it on the wire. */
  readonly sizeBytes: bigint;
  /** Storage version such as `3.7.0`. */
  readonly version: string;
  /** Pieces of any size, in order. */
  readonly chunks: AsyncIterable<Uint8Array>;
}
