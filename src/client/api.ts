import type { Deadline } from '../base/index.ts';
import type { ClientError } from './errors.ts';
import type * as pb from '../wire/index.ts';
import type { Init } from '../wire/index.ts';

/** What bounds one call. Without a deadline a call waits for as long as the server takes. */
export interface CallBounds {
  readonly deadline?: Deadline;
  readonly signal?: AbortSignal;
}

type Unary<Req, Res> = (request: Init<Req>, bounds?: CallBounds) => Promise<Res>;
type Bare<Res> = (bounds?: CallBounds) => Promise<Res>;

/** Every RPC rejects with ClientError; messages have the wire's own field names and bigint for 64 bits. */
export interface KvApi {
  range: Unary<pb.RangeRequest, pb.RangeResponse>;
  /** etcd >= 3.7: the range in chunks, all at one revision; only the last has header, more and count. */
  rangeStream(request: Init<pb.RangeRequest>, bounds?: CallBounds): AsyncIterable<pb.RangeStreamResponse>;
  put: Unary<pb.PutRequest, pb.PutResponse>;
  deleteRange: Unary<pb.DeleteRangeRequest, pb.DeleteRangeResponse>;
  txn: Unary<pb.TxnRequest, pb.TxnResponse>;
  compact: Unary<pb.CompactionRequest, pb.CompactionResponse>;
}

export interface LeaseApi {
  leaseGrant: Unary<pb.LeaseGrantRequest, pb.LeaseGrantResponse>;
  leaseRevoke: Unary<pb.LeaseRevokeRequest, pb.LeaseRevokeResponse>;
  leaseTimeToLive: Unary<pb.LeaseTimeToLiveRequest, pb.LeaseTimeToLiveResponse>;
  leaseLeases: Bare<pb.LeaseLeasesResponse>;
  /** One keep-alive round trip; rejects with "requested lease not found" when the lease is gone. */
  keepAliveOnce(id: bigint, bounds?: CallBounds): Promise<pb.LeaseKeepAliveResponse>;
  /** Renews every TTL/3 and yields each answer, across reconnects; ends when the lease is gone or `signal` fires. */
  keepAlive(id: bigint, bounds?: CallBounds): AsyncIterable<pb.LeaseKeepAliveResponse>;
}

export interface ClusterApi {
  memberAdd: Unary<pb.MemberAddRequest, pb.MemberAddResponse>;
  memberRemove: Unary<pb.MemberRemoveRequest, pb.MemberRemoveResponse>;
  memberUpdate: Unary<pb.MemberUpdateRequest, pb.MemberUpdateResponse>;
  memberPromote: Unary<pb.MemberPromoteRequest, pb.MemberPromoteResponse>;
  memberList: Unary<pb.MemberListRequest, pb.MemberListResponse>;
}

export interface MaintenanceApi {
  alarm: Unary<pb.AlarmRequest, pb.AlarmResponse>;
  status: Bare<pb.StatusResponse>;
  defragment: Bare<pb.DefragmentResponse>;
  hashKV: Unary<pb.HashKVRequest, pb.HashKVResponse>;
  moveLeader: Unary<pb.MoveLeaderRequest, pb.MoveLeaderResponse>;
  downgrade: Unary<pb.DowngradeRequest, pb.DowngradeResponse>;
  /** The database as blobs, the last one its SHA-256; a slow consumer slows the server, memory stays constant. */
  snapshot(bounds?: CallBounds): AsyncIterable<pb.SnapshotResponse>;
}

export interface AuthApi {
  authEnable: Bare<pb.AuthEnableResponse>;
  authDisable: Bare<pb.AuthDisableResponse>;
  authStatus: Bare<pb.AuthStatusResponse>;
  userAdd: Unary<pb.AuthUserAddRequest, pb.AuthUserAddResponse>;
  userGet: Unary<pb.AuthUserGetRequest, pb.AuthUserGetResponse>;
  userList: Bare<pb.AuthUserListResponse>;
  userDelete: Unary<pb.AuthUserDeleteRequest, pb.AuthUserDeleteResponse>;
  userChangePassword: Unary<pb.AuthUserChangePasswordRequest, pb.AuthUserChangePasswordResponse>;
  userGrantRole: Unary<pb.AuthUserGrantRoleRequest, pb.AuthUserGrantRoleResponse>;
  userRevokeRole: Unary<pb.AuthUserRevokeRoleRequest, pb.AuthUserRevokeRoleResponse>;
  roleAdd: Unary<pb.AuthRoleAddRequest, pb.AuthRoleAddResponse>;
  roleGet: Unary<pb.AuthRoleGetRequest, pb.AuthRoleGetResponse>;
  roleList: Bare<pb.AuthRoleListResponse>;
  roleDelete: Unary<pb.AuthRoleDeleteRequest, pb.AuthRoleDeleteResponse>;
  roleGrantPermission: Unary<pb.AuthRoleGrantPermissionRequest, pb.AuthRoleGrantPermissionResponse>;
  roleRevokePermission: Unary<pb.AuthRoleRevokePermissionRequest, pb.AuthRoleRevokePermissionResponse>;
}

export interface WatchSpec {
  readonly key: Uint8Array;
  readonly rangeEnd?: Uint8Array;
  /** First revision wanted; 0 or absent: from now on. */
  readonly startRevision?: bigint;
  readonly prevKv?: boolean;
  readonly progressNotify?: boolean;
  readonly filters?: readonly pb.WatchCreateRequest_FilterType[];
}

/** What a watch yields: events of whole revisions, or a progress notice without events, or its cancellation (the last). */
export interface WatchUpdate {
  readonly header: pb.ResponseHeader | undefined;
  readonly events: readonly pb.Event[];
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compactRevision: bigint;
  /** As etcd's client words it, e.g. `etcdserver: mvcc: required revision has been compacted`. */
  readonly cancelReason: string;
  readonly isProgressNotify: boolean;
  /** With a cancellation by a failed call: the failure, with its explanations. */
  readonly error?: ClientError;
}

export interface WatchApi {
  /**
   * Watches until `signal` fires or the server cancels. Across lost connections it resumes after the last
   * delivered revision: nothing is skipped, repeated or reordered. The created notice is yielded only if
   * `yieldCreated` is set.
   */
  watch(spec: WatchSpec, bounds?: CallBounds & { readonly yieldCreated?: boolean }): AsyncIterable<WatchUpdate>;
  /** Asks for a progress notice, which every open watch of this client then yields. */
  requestProgress(): void;
}

/** A client of one cluster, on one or several endpoints. */
export interface Client {
  readonly kv: KvApi;
  readonly lease: LeaseApi;
  readonly watch: WatchApi;
  readonly cluster: ClusterApi;
  readonly maintenance: MaintenanceApi;
  readonly auth: AuthApi;
  /** The endpoints as they were given (after discovery). */
  readonly endpoints: readonly string[];
  /** Ends every call and lets the process exit. */
  close(): void;
}
