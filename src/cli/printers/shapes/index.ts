/**
 * shapes/: what json and yaml print of each response, as a tree (see Struct).
 * Most responses are printed as the message that arrived; the rest have the
 * form that etcd's Go client gives them, which is what scripts read.
 */
import type { Printer } from '../printer.ts';
import { hashKvListShape, healthListShape, statusListShape } from './endpoint.ts';
import { txnShape, watchShape } from './kv.ts';
import { grantShape, keepAliveShape, leasesShape, timeToLiveShape } from './lease.ts';
import { hexMembersShape, type MembersResponse } from './member.ts';
import { changeShape, groupShape, offlineHashShape, snapshotShape, verificationShape } from './snapshot.ts';
import type { Shape } from './struct.ts';

export { isZero, type Shape, Struct } from './struct.ts';

/**
 * A printer that hands every response on as a tree.
 * @param hexMembers give the IDs in responses about members as hexadecimal strings
 */
export function shapePrinter(emit: (shape: Shape) => void, hexMembers: boolean): Printer {
  const members = (response: MembersResponse): void => emit(hexMembers ? hexMembersShape(response) : response);
  // What stands before a response is there for the format `simple`.
  const second = (_name: unknown, response: object): void => emit(response);
  const third = (_name: unknown, _other: unknown, response: object): void => emit(response);
  return {
    get: (response) => emit(response),
    put: emit,
    del: emit,
    txn: (response) => emit(txnShape(response)),
    watch: (update) => emit(watchShape(update)),
    leaseGrant: (response) => emit(grantShape(response)),
    leaseRevoke: second,
    leaseTimeToLive: (response) => emit(timeToLiveShape(response)),
    leaseList: (response) => emit(leasesShape(response)),
    leaseKeepAlive: (response) => emit(keepAliveShape(response)),
    memberAdd: (response) => members(response),
    memberRemove: (_id, response) => members(response),
    memberUpdate: (_id, response) => members(response),
    memberPromote: (_id, response) => members(response),
    memberList: (response) => members(response),
    endpointHealth: (list) => emit(healthListShape(list)),
    endpointStatus: (list) => emit(statusListShape(list)),
    endpointHashKv: (list) => emit(hashKvListShape(list)),
    snapshotStatus: (status) => emit(snapshotShape(status)),
    snapshotVerify: (verification) => emit(verificationShape(verification)),
    // A line or document each: there may be any number.
    snapshotDiff: (changes) => changes.forEach((change) => emit(changeShape(change))),
    snapshotList: (groups) => groups.forEach((group) => emit(groupShape(group))),
    snapshotUsage: (groups) => groups.forEach((group) => emit(groupShape(group))),
    offlineHashKv: (hash) => emit(offlineHashShape(hash)),
    moveLeader: third,
    alarm: emit,
    downgradeValidate: emit,
    downgradeEnable: emit,
    downgradeCancel: emit,
    authStatus: emit,
    userAdd: second,
    userGet: second,
    userList: emit,
    userDelete: second,
    userChangePassword: emit,
    userGrantRole: third,
    userRevokeRole: third,
    roleAdd: second,
    roleGet: second,
    roleList: emit,
    roleDelete: second,
    roleGrantPermission: second,
    roleRevokePermission: (_role, _key, _rangeEnd, response) => emit(response),
  };
}
