/**
 * embed/: an etcd cluster within this process, for tests and for trying things: `startCluster` and `startMember`.
 * Members are whole (raft, log, keys, leases, users, gRPC on ports of their own); between them is a network that can
 * be split, lossy and slow on demand, and their time can be made to pass by hand. Both functions resolve when the
 * cluster has a leader and answers, or reject with a StartError that says why it does not. What they return ends
 * with `stop()` or `await using`, and leaves nothing behind. It is for one machine: members live and die together.
 */
export type {
  ClientOptions,
  ClientTls,
  Cluster,
  ClusterClock,
  ClusterMember,
  ClusterNetwork,
  EmbeddedMember,
  MemberName,
  Route,
} from './api.ts';
export { startCluster } from './start-cluster.ts';
export { startMember } from './start-member.ts';
export { type ClusterOptions, type CommonOptions, type MemberOptions, StartError, type Storage } from './options.ts';
