import type { KeyChange } from '../../snapshot/diff-keys.ts';
import type { KvHash } from '../../snapshot/hash-kv.ts';
import type { KeyGroup } from '../../snapshot/key-groups.ts';
import type { SnapshotStatus } from '../../snapshot/status.ts';
import type { Verification } from '../../snapshot/verify.ts';
import type * as pb from '../../wire/index.ts';
import type { WatchUpdate } from '../../client/index.ts';

/** What `endpoint health` found out about one endpoint. */
export interface EndpointHealth {
  readonly endpoint: string;
  readonly health: boolean;
  /** Nanoseconds; undefined when no client could be made. */
  readonly tookNs: bigint | undefined;
  /** Empty when healthy. */
  readonly error: string;
}

export interface EndpointStatus {
  readonly endpoint: string;
  readonly status: pb.StatusResponse;
}

export interface EndpointHashKv {
  readonly endpoint: string;
  readonly hashKv: pb.HashKVResponse;
}

/**
 * One method per response. A format implements those it can print; asking for
 * another ends with `<format> not supported as output format` before any
 * request is sent.
 */
export interface Printer {
  get(response: pb.RangeResponse, options?: GetPrintOptions): void;
  put(response: pb.PutResponse): void;
  del(response: pb.DeleteRangeResponse): void;
  txn(response: pb.TxnResponse): void;
  watch(update: WatchUpdate): void;

  leaseGrant(response: pb.LeaseGrantResponse): void;
  leaseRevoke(id: bigint, response: pb.LeaseRevokeResponse): void;
  leaseTimeToLive(response: pb.LeaseTimeToLiveResponse, withKeys: boolean): void;
  leaseList(response: pb.LeaseLeasesResponse): void;
  leaseKeepAlive(response: pb.LeaseKeepAliveResponse): void;

  /** `peerUrls` is `--peer-urls` as typed, which `simple` repeats; without it the member's own are printed. */
  memberAdd(response: pb.MemberAddResponse, name: string, peerUrls?: string): void;
  memberRemove(id: bigint, response: pb.MemberRemoveResponse): void;
  memberUpdate(id: bigint, response: pb.MemberUpdateResponse): void;
  memberPromote(id: bigint, response: pb.MemberPromoteResponse): void;
  memberList(response: pb.MemberListResponse): void;

  endpointHealth(list: readonly EndpointHealth[]): void;
  endpointStatus(list: readonly EndpointStatus[]): void;
  endpointHashKv(list: readonly EndpointHashKv[]): void;
  moveLeader(leader: bigint, target: bigint, response: pb.MoveLeaderResponse): void;
  alarm(response: pb.AlarmResponse): void;
  downgradeValidate(response: pb.DowngradeResponse): void;
  downgradeEnable(response: pb.DowngradeResponse): void;
  downgradeCancel(response: pb.DowngradeResponse): void;

  snapshotStatus(status: SnapshotStatus): void;
  snapshotVerify(verification: Verification): void;
  /** Some of the changes; `table` prints all that it gets as one table. */
  snapshotDiff(changes: readonly KeyChange[]): void;
  /** Some of the names. */
  snapshotList(groups: readonly KeyGroup[]): void;
  /** Some of the names, with what is in them. */
  snapshotUsage(groups: readonly KeyGroup[]): void;
  /** The hash of a file's history; `endpointHashKv` prints that of members. */
  offlineHashKv(hash: KvHash): void;

  authStatus(response: pb.AuthStatusResponse): void;
  userAdd(user: string, response: pb.AuthUserAddResponse): void;
  userGet(user: string, response: pb.AuthUserGetResponse): void;
  userList(response: pb.AuthUserListResponse): void;
  userDelete(user: string, response: pb.AuthUserDeleteResponse): void;
  userChangePassword(response: pb.AuthUserChangePasswordResponse): void;
  userGrantRole(user: string, role: string, response: pb.AuthUserGrantRoleResponse): void;
  userRevokeRole(user: string, role: string, response: pb.AuthUserRevokeRoleResponse): void;
  roleAdd(role: string, response: pb.AuthRoleAddResponse): void;
  roleGet(role: string, response: pb.AuthRoleGetResponse): void;
  roleList(response: pb.AuthRoleListResponse): void;
  roleDelete(role: string, response: pb.AuthRoleDeleteResponse): void;
  roleGrantPermission(role: string, response: pb.AuthRoleGrantPermissionResponse): void;
  /** `key` and `rangeEnd` as `rawText` makes them of bytes: the end of the prefix `¿` is not UTF-8. */
  roleRevokePermission(
    role: string,
    key: string,
    rangeEnd: string,
    response: pb.AuthRoleRevokePermissionResponse,
  ): void;
}

interface GetPrintOptions {
  readonly valueOnly?: boolean;
}

export type PrinterMethod = keyof Printer;

/** The values of `--write-out`; yaml is ours, the others are etcdctl's. */
export const formats = ['fields', 'json', 'protobuf', 'simple', 'table', 'yaml'] as const;
export type Format = (typeof formats)[number];

/** What a format's printer is made from. */
export interface PrinterOptions {
  readonly out: Writer;
  /** stderr; `simple` prints the unhealthy endpoints there. */
  readonly err: Writer;
  /** `--hex`. */
  readonly hex: boolean;
  /** Width a table may take, when it goes to a terminal. */
  readonly columns: number | undefined;
  /** Colours for what is well and what is not; plain text without it. */
  readonly paint?: { readonly out: Paint; readonly err: Paint };
}

/** Marks text by what it says. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
}

/** Where a printer writes. It never changes a chunk it has handed over. */
export interface Writer {
  write(chunk: string | Uint8Array): void;
}

/** What each format's file exports: the methods it can print. */
export type PrinterFactory = (options: PrinterOptions) => Partial<Printer>;
