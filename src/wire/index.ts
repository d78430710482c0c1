/**
 * wire/: etcd's messages and the methods that carry them. The .proto files in
 * proto/ are ours; gen/ is made from them by `npm run generate`. 64-bit fields
 * are bigint, enums are numbers, bytes are Uint8Array, names are the wire's own.
 *
 * This door gives types and enum values only. The codecs are reached through
 * `wire/services/<service>.ts`, one file per service, so that a command loads
 * no codec it does not use.
 */
export type {
  AuthDisableRequest,
  AuthDisableResponse,
  AuthEnableRequest,
  AuthEnableResponse,
  AuthRoleAddRequest,
  AuthRoleAddResponse,
  AuthRoleDeleteRequest,
  AuthRoleDeleteResponse,
  AuthRoleGetRequest,
  AuthRoleGetResponse,
  AuthRoleGrantPermissionRequest,
  AuthRoleGrantPermissionResponse,
  AuthRoleListRequest,
  AuthRoleListResponse,
  AuthRoleRevokePermissionRequest,
  AuthRoleRevokePermissionResponse,
  AuthStatusRequest,
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
  AuthUserListRequest,
  AuthUserListResponse,
  AuthUserRevokeRoleRequest,
  AuthUserRevokeRoleResponse,
  AuthenticateRequest,
  AuthenticateResponse,
} from './gen/rpc/auth.ts';
export type { Permission, Permission_Type, Role, User, UserAddOptions } from './gen/rpc/authpb.ts';
export type {
  Member,
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
} from './gen/rpc/cluster.ts';
export type { ResponseHeader } from './gen/rpc/header.ts';
export type {
  CompactionRequest,
  CompactionResponse,
  Compare,
  Compare_CompareResult,
  Compare_CompareTarget,
  DeleteRangeRequest,
  DeleteRangeResponse,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeRequest_SortOrder,
  RangeRequest_SortTarget,
  RangeResponse,
  RangeStreamResponse,
  RequestOp,
  ResponseOp,
  TxnRequest,
  TxnResponse,
} from './gen/rpc/kv.ts';
export type {
  LeaseCheckpoint,
  LeaseCheckpointRequest,
  LeaseCheckpointResponse,
  LeaseGrantRequest,
  LeaseGrantResponse,
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseLeasesRequest,
  LeaseLeasesResponse,
  LeaseRevokeRequest,
  LeaseRevokeResponse,
  LeaseStatus,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
} from './gen/rpc/lease.ts';
export type {
  AlarmMember,
  AlarmRequest,
  AlarmRequest_AlarmAction,
  AlarmResponse,
  AlarmType,
  DefragmentRequest,
  DefragmentResponse,
  DowngradeInfo,
  DowngradeRequest,
  DowngradeRequest_DowngradeAction,
  DowngradeResponse,
  HashKVRequest,
  HashKVResponse,
  HashRequest,
  HashResponse,
  MoveLeaderRequest,
  MoveLeaderResponse,
  SnapshotRequest,
  SnapshotResponse,
  StatusRequest,
  StatusResponse,
} from './gen/rpc/maintenance.ts';
export type { Event, Event_EventType, KeyValue } from './gen/rpc/mvcc.ts';
export type {
  WatchCancelRequest,
  WatchCreateRequest,
  WatchCreateRequest_FilterType,
  WatchProgressRequest,
  WatchRequest,
  WatchResponse,
} from './gen/rpc/watch.ts';
export type { Init, WireMethod } from './method.ts';
