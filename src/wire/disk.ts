/** Codecs of what lies in a data directory: raft's log, its records, the .snap file, and records of the database. */
export { Lease as LeaseRecord } from './gen/disk/lease.ts';
export { InternalRaftRequest } from './gen/disk/internal.ts';
export {
  ConfChange,
  ConfChangeType,
  ConfState,
  Entry,
  EntryType,
  HardState,
  Snapshot as RaftSnapshot,
} from './gen/disk/raft.ts';
export { AlarmMember } from './gen/rpc/maintenance.ts';
export { RequestVersion, StoreRequest } from './gen/disk/request.ts';
export { SnapshotFile } from './gen/disk/snap.ts';
export { Metadata, Record as WalRecord, Snapshot as WalSnapshot } from './gen/disk/wal.ts';
export { Permission_Type, Role as RoleRecord, User as UserRecord } from './gen/rpc/authpb.ts';
