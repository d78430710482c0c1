import {
  AlarmRequest,
  AlarmResponse,
  DefragmentRequest,
  DefragmentResponse,
  DowngradeRequest,
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
} from '../gen/rpc/maintenance.ts';
import { serverStream, unary } from '../method.ts';

/** The Maintenance service: alarms, status, hashes, snapshots, leadership, downgrade. */
export const maintenance = {
  alarm: unary('/etcdserverpb.Maintenance/Alarm', AlarmRequest, AlarmResponse),
  status: unary('/etcdserverpb.Maintenance/Status', StatusRequest, StatusResponse),
  defragment: unary('/etcdserverpb.Maintenance/Defragment', DefragmentRequest, DefragmentResponse),
  hash: unary('/etcdserverpb.Maintenance/Hash', HashRequest, HashResponse),
  hashKV: unary('/etcdserverpb.Maintenance/HashKV', HashKVRequest, HashKVResponse),
  snapshot: serverStream('/etcdserverpb.Maintenance/Snapshot', SnapshotRequest, SnapshotResponse),
  moveLeader: unary('/etcdserverpb.Maintenance/MoveLeader', MoveLeaderRequest, MoveLeaderResponse),
  downgrade: unary('/etcdserverpb.Maintenance/Downgrade', DowngradeRequest, DowngradeResponse),
} as const;
