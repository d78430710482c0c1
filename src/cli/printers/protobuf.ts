/** protobuf: the bytes of the response's message, without length or newline, so that the answers of a stream run on. */
import * as codecs from '../../wire/codecs.ts';
import type * as pb from '../../wire/index.ts';
import type { Printer, PrinterOptions } from './printer.ts';
import { watchHeader } from './watch-header.ts';

interface Codec<Message> {
  encode(message: Message): { finish(): Uint8Array };
}

type Supported = Omit<Printer, 'leaseRevoke' | 'offlineHashKv' | `snapshot${string}` | `endpoint${string}`>;

export function protobufPrinter({ out }: PrinterOptions): Supported {
  const write = <Message>(codec: Codec<Message>, message: Message): void => {
    const bytes = codec.encode(message).finish();
    if (bytes.length > 0) out.write(bytes);
  };
  // etcd's Go client takes a lease response for the header embedded in it, so that is all there is to see.
  // The answer to `lease revoke` has no such header there and cannot be printed at all.
  const header = (response: { readonly header: pb.ResponseHeader | undefined }): void => {
    if (response.header !== undefined) write(codecs.ResponseHeader, response.header);
  };
  return {
    get: (response) => write(codecs.RangeResponse, response),
    put: (response) => write(codecs.PutResponse, response),
    del: (response) => write(codecs.DeleteRangeResponse, response),
    txn: (response) => write(codecs.TxnResponse, response),
    watch: (update) => write(codecs.WatchResponse, watchResponse(update)),
    leaseGrant: header,
    leaseTimeToLive: header,
    leaseList: header,
    leaseKeepAlive: header,
    memberAdd: (response) => write(codecs.MemberAddResponse, response),
    memberRemove: (_id, response) => write(codecs.MemberRemoveResponse, response),
    memberUpdate: (_id, response) => write(codecs.MemberUpdateResponse, response),
    memberPromote: (_id, response) => write(codecs.MemberPromoteResponse, response),
    memberList: (response) => write(codecs.MemberListResponse, response),
    moveLeader: (_leader, _target, response) => write(codecs.MoveLeaderResponse, response),
    alarm: (response) => write(codecs.AlarmResponse, response),
    downgradeValidate: (response) => write(codecs.DowngradeResponse, response),
    downgradeEnable: (response) => write(codecs.DowngradeResponse, response),
    downgradeCancel: (response) => write(codecs.DowngradeResponse, response),
    authStatus: (response) => write(codecs.AuthStatusResponse, response),
    userAdd: (_user, response) => write(codecs.AuthUserAddResponse, response),
    userGet: (_user, response) => write(codecs.AuthUserGetResponse, response),
    userList: (response) => write(codecs.AuthUserListResponse, response),
    userDelete: (_user, response) => write(codecs.AuthUserDeleteResponse, response),
    userChangePassword: (response) => write(codecs.AuthUserChangePasswordResponse, response),
    userGrantRole: (_user, _role, response) => write(codecs.AuthUserGrantRoleResponse, response),
    userRevokeRole: (_user, _role, response) => write(codecs.AuthUserRevokeRoleResponse, response),
    roleAdd: (_role, response) => write(codecs.AuthRoleAddResponse, response),
    roleGet: (_role, response) => write(codecs.AuthRoleGetResponse, response),
    roleList: (response) => write(codecs.AuthRoleListResponse, response),
    roleDelete: (_role, response) => write(codecs.AuthRoleDeleteResponse, response),
    roleGrantPermission: (_role, response) => write(codecs.AuthRoleGrantPermissionResponse, response),
    roleRevokePermission: (_role, _key, _rangeEnd, response) =>
      write(codecs.AuthRoleRevokePermissionResponse, response),
  };
}

/** etcdctl leaves out the watch's number and the reason of a cancellation, and gives a header even if it is empty. */
function watchResponse(update: Parameters<Printer['watch']>[0]): pb.WatchResponse {
  return {
    header: watchHeader(update) ?? { cluster_id: 0n, member_id: 0n, revision: 0n, raft_term: 0n },
    watch_id: 0n,
    created: update.created,
    canceled: update.canceled,
    compact_revision: update.compactRevision,
    cancel_reason: '',
    fragment: false,
    events: [...update.events],
  };
}
