/** Turns partial responses into whole ones, by the method that gives them; used by fake-client.ts. */
import * as auth from '../../src/wire/gen/rpc/auth.ts';
import * as cluster from '../../src/wire/gen/rpc/cluster.ts';
import { ResponseHeader } from '../../src/wire/gen/rpc/header.ts';
import * as kv from '../../src/wire/gen/rpc/kv.ts';
import * as lease from '../../src/wire/gen/rpc/lease.ts';
import * as maintenance from '../../src/wire/gen/rpc/maintenance.ts';
import { Event } from '../../src/wire/gen/rpc/mvcc.ts';
import type { WatchUpdate } from '../../src/client/api.ts';

type Fill = (partial: object) => unknown;

const of =
  (message: { fromPartial(partial: object): unknown }): Fill =>
  (partial) =>
    message.fromPartial(partial);

/** By `service.method`, as in the client's API. */
export const fillers: Readonly<Record<string, Fill>> = {
  'kv.range': of(kv.RangeResponse),
  'kv.rangeStream': of(kv.RangeStreamResponse),
  'kv.put': of(kv.PutResponse),
  'kv.deleteRange': of(kv.DeleteRangeResponse),
  'kv.txn': of(kv.TxnResponse),
  'kv.compact': of(kv.CompactionResponse),
  'lease.leaseGrant': of(lease.LeaseGrantResponse),
  'lease.leaseRevoke': of(lease.LeaseRevokeResponse),
  'lease.leaseTimeToLive': of(lease.LeaseTimeToLiveResponse),
  'lease.leaseLeases': of(lease.LeaseLeasesResponse),
  'lease.keepAliveOnce': of(lease.LeaseKeepAliveResponse),
  'lease.keepAlive': of(lease.LeaseKeepAliveResponse),
  'watch.watch': watchUpdate,
  'cluster.memberAdd': of(cluster.MemberAddResponse),
  'cluster.memberRemove': of(cluster.MemberRemoveResponse),
  'cluster.memberUpdate': of(cluster.MemberUpdateResponse),
  'cluster.memberPromote': of(cluster.MemberPromoteResponse),
  'cluster.memberList': of(cluster.MemberListResponse),
  'maintenance.alarm': of(maintenance.AlarmResponse),
  'maintenance.status': of(maintenance.StatusResponse),
  'maintenance.defragment': of(maintenance.DefragmentResponse),
  'maintenance.hashKV': of(maintenance.HashKVResponse),
  'maintenance.moveLeader': of(maintenance.MoveLeaderResponse),
  'maintenance.downgrade': of(maintenance.DowngradeResponse),
  'maintenance.snapshot': of(maintenance.SnapshotResponse),
  'auth.authEnable': of(auth.AuthEnableResponse),
  'auth.authDisable': of(auth.AuthDisableResponse),
  'auth.authStatus': of(auth.AuthStatusResponse),
  'auth.userAdd': of(auth.AuthUserAddResponse),
  'auth.userGet': of(auth.AuthUserGetResponse),
  'auth.userList': of(auth.AuthUserListResponse),
  'auth.userDelete': of(auth.AuthUserDeleteResponse),
  'auth.userChangePassword': of(auth.AuthUserChangePasswordResponse),
  'auth.userGrantRole': of(auth.AuthUserGrantRoleResponse),
  'auth.userRevokeRole': of(auth.AuthUserRevokeRoleResponse),
  'auth.roleAdd': of(auth.AuthRoleAddResponse),
  'auth.roleGet': of(auth.AuthRoleGetResponse),
  'auth.roleList': of(auth.AuthRoleListResponse),
  'auth.roleDelete': of(auth.AuthRoleDeleteResponse),
  'auth.roleGrantPermission': of(auth.AuthRoleGrantPermissionResponse),
  'auth.roleRevokePermission': of(auth.AuthRoleRevokePermissionResponse),
};

function watchUpdate(partial: Partial<WatchUpdate>): WatchUpdate {
  return {
    created: false,
    canceled: false,
    compactRevision: 0n,
    cancelReason: '',
    isProgressNotify: false,
    ...partial,
    header: partial.header && ResponseHeader.fromPartial(partial.header),
    events: (partial.events ?? []).map((event) => Event.fromPartial(event)),
  };
}
