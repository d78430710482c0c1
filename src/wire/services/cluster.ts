import {
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
} from '../gen/rpc/cluster.ts';
import { unary } from '../method.ts';

/** The Cluster service: membership. */
export const cluster = {
  memberAdd: unary('/etcdserverpb.Cluster/MemberAdd', MemberAddRequest, MemberAddResponse),
  memberRemove: unary('/etcdserverpb.Cluster/MemberRemove', MemberRemoveRequest, MemberRemoveResponse),
  memberUpdate: unary('/etcdserverpb.Cluster/MemberUpdate', MemberUpdateRequest, MemberUpdateResponse),
  memberList: unary('/etcdserverpb.Cluster/MemberList', MemberListRequest, MemberListResponse),
  memberPromote: unary('/etcdserverpb.Cluster/MemberPromote', MemberPromoteRequest, MemberPromoteResponse),
} as const;
