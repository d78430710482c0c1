/** Codecs of the responses that a client may want to encode again. Whoever imports this loads all of them. */
export {
  AuthRoleAddResponse,
  AuthRoleDeleteResponse,
  AuthRoleGetResponse,
  AuthRoleGrantPermissionResponse,
  AuthRoleListResponse,
  AuthRoleRevokePermissionResponse,
  AuthStatusResponse,
  AuthUserAddResponse,
  AuthUserChangePasswordResponse,
  AuthUserDeleteResponse,
  AuthUserGetResponse,
  AuthUserGrantRoleResponse,
  AuthUserListResponse,
  AuthUserRevokeRoleResponse,
} from './gen/rpc/auth.ts';
export {
  MemberAddResponse,
  MemberListResponse,
  MemberPromoteResponse,
  MemberRemoveResponse,
  MemberUpdateResponse,
} from './gen/rpc/cluster.ts';
export { ResponseHeader } from './gen/rpc/header.ts';
export { DeleteRangeResponse, PutResponse, RangeResponse, TxnResponse } from './gen/rpc/kv.ts';
export { AlarmResponse, DowngradeResponse, MoveLeaderResponse } from './gen/rpc/maintenance.ts';
export { WatchResponse } from './gen/rpc/watch.ts';
