import { auth } from '../../wire/services/auth.ts';
import { cluster } from '../../wire/services/cluster.ts';
import { election } from '../../wire/services/election.ts';
import { kv } from '../../wire/services/kv.ts';
import { lease } from '../../wire/services/lease.ts';
import { lock } from '../../wire/services/lock.ts';
import { maintenance } from '../../wire/services/maintenance.ts';
import { watch } from '../../wire/services/watch.ts';
import type { Method } from '../../grpc/index.ts';

/** A method that is called by a POST of its request as JSON. */
export interface GatewayRoute {
  readonly method: Method<object, object>;
  /** Names of the messages in the schema. */
  readonly request: string;
  readonly response: string;
}

/** A method whose messages are handed on without a look at them. */
type AnyMethod = { readonly path: string; readonly requestStream: boolean; readonly responseStream: boolean };

/** @param name of the messages, without `Request` and `Response` */
function route(method: AnyMethod, name: string, scope = 'etcdserverpb'): GatewayRoute {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- requests come from JSON by the schema of the same name
    method: method as Method<object, object>,
    request: `${scope}.${name}Request`,
    response: `${scope}.${name}Response`,
  };
}

const ELECTION = 'v3electionpb';

/** The paths of etcd's JSON gateway (the HTTP annotations of its services). */
export const GATEWAY_ROUTES: ReadonlyMap<string, GatewayRoute> = new Map([
  ['/v3/kv/range', route(kv.range, 'Range')],
  ['/v3/kv/put', route(kv.put, 'Put')],
  ['/v3/kv/deleterange', route(kv.deleteRange, 'DeleteRange')],
  ['/v3/kv/txn', route(kv.txn, 'Txn')],
  ['/v3/kv/compaction', route(kv.compact, 'Compaction')],
  ['/v3/watch', route(watch.watch, 'Watch')],
  ['/v3/lease/grant', route(lease.leaseGrant, 'LeaseGrant')],
  ['/v3/lease/revoke', route(lease.leaseRevoke, 'LeaseRevoke')],
  ['/v3/kv/lease/revoke', route(lease.leaseRevoke, 'LeaseRevoke')],
  ['/v3/lease/keepalive', route(lease.leaseKeepAlive, 'LeaseKeepAlive')],
  ['/v3/lease/timetolive', route(lease.leaseTimeToLive, 'LeaseTimeToLive')],
  ['/v3/kv/lease/timetolive', route(lease.leaseTimeToLive, 'LeaseTimeToLive')],
  ['/v3/lease/leases', route(lease.leaseLeases, 'LeaseLeases')],
  ['/v3/kv/lease/leases', route(lease.leaseLeases, 'LeaseLeases')],
  ['/v3/cluster/member/add', route(cluster.memberAdd, 'MemberAdd')],
  ['/v3/cluster/member/remove', route(cluster.memberRemove, 'MemberRemove')],
  ['/v3/cluster/member/update', route(cluster.memberUpdate, 'MemberUpdate')],
  ['/v3/cluster/member/list', route(cluster.memberList, 'MemberList')],
  ['/v3/cluster/member/promote', route(cluster.memberPromote, 'MemberPromote')],
  ['/v3/maintenance/alarm', route(maintenance.alarm, 'Alarm')],
  ['/v3/maintenance/status', route(maintenance.status, 'Status')],
  ['/v3/maintenance/defragment', route(maintenance.defragment, 'Defragment')],
  ['/v3/maintenance/hash', route(maintenance.hash, 'Hash')],
  ['/v3/maintenance/hashkv', route(maintenance.hashKV, 'HashKV')],
  ['/v3/maintenance/snapshot', route(maintenance.snapshot, 'Snapshot')],
  ['/v3/maintenance/transfer-leadership', route(maintenance.moveLeader, 'MoveLeader')],
  ['/v3/maintenance/downgrade', route(maintenance.downgrade, 'Downgrade')],
  ['/v3/auth/enable', route(auth.authEnable, 'AuthEnable')],
  ['/v3/auth/disable', route(auth.authDisable, 'AuthDisable')],
  ['/v3/auth/status', route(auth.authStatus, 'AuthStatus')],
  ['/v3/auth/authenticate', route(auth.authenticate, 'Authenticate')],
  ['/v3/auth/user/add', route(auth.userAdd, 'AuthUserAdd')],
  ['/v3/auth/user/get', route(auth.userGet, 'AuthUserGet')],
  ['/v3/auth/user/list', route(auth.userList, 'AuthUserList')],
  ['/v3/auth/user/delete', route(auth.userDelete, 'AuthUserDelete')],
  ['/v3/auth/user/changepw', route(auth.userChangePassword, 'AuthUserChangePassword')],
  ['/v3/auth/user/grant', route(auth.userGrantRole, 'AuthUserGrantRole')],
  ['/v3/auth/user/revoke', route(auth.userRevokeRole, 'AuthUserRevokeRole')],
  ['/v3/auth/role/add', route(auth.roleAdd, 'AuthRoleAdd')],
  ['/v3/auth/role/get', route(auth.roleGet, 'AuthRoleGet')],
  ['/v3/auth/role/list', route(auth.roleList, 'AuthRoleList')],
  ['/v3/auth/role/delete', route(auth.roleDelete, 'AuthRoleDelete')],
  ['/v3/auth/role/grant', route(auth.roleGrantPermission, 'AuthRoleGrantPermission')],
  ['/v3/auth/role/revoke', route(auth.roleRevokePermission, 'AuthRoleRevokePermission')],
  ['/v3/lock/lock', route(lock.lock, 'Lock', 'v3lockpb')],
  ['/v3/lock/unlock', route(lock.unlock, 'Unlock', 'v3lockpb')],
  ['/v3/election/campaign', route(election.campaign, 'Campaign', ELECTION)],
  ['/v3/election/proclaim', route(election.proclaim, 'Proclaim', ELECTION)],
  ['/v3/election/leader', route(election.leader, 'Leader', ELECTION)],
  ['/v3/election/observe', { ...route(election.observe, 'Leader', ELECTION) }],
  ['/v3/election/resign', route(election.resign, 'Resign', ELECTION)],
]);
