/**
 * member/: one member of a cluster: consensus driven by a clock, a log and
 * peers, and what is agreed upon applied to keys, leases, users and the
 * membership. It answers through {@link MemberApi}; whoever serves clients adds
 * only the wire. It reads no clock, no entropy and no file of its own accord:
 * with the same clock, random numbers, network and storage it lives the same life.
 *
 * `Member.start(options)` resolves when the log is read and the member takes
 * part; it need not have a leader yet (`hasLeader`, `whenReady`). `stop()` hands
 * leadership over, writes all and leaves no timer; `kill()` ends as a crash
 * would. One that was removed, or that can not write, resolves `whenEnded`, and
 * is to be stopped by whoever started it.
 *
 * Inside: consensus/ drives the node and keeps the log, apply/ makes entries
 * into state, membership/ knows who belongs to the cluster, rpc/ answers
 * callers, tasks/ is what a leader does by itself. `Core` holds them together.
 */
export type { WatchSession, WatchSink } from '../mvcc/index.ts';
export { alarmName } from './alarms.ts';
export type { Caller, MemberApi, SnapshotImage } from './api.ts';
export type {
  MemberVersions,
  PeerIdentity,
  PeerLink,
  PeerNetwork,
  PeerReceiver,
  PeerService,
  RemoteCluster,
} from './network.ts';
export type { MemberOptions, MemberStorage } from './options.ts';
export { MemberStartError } from './founding.ts';
export { Member } from './member.ts';
export { compareVersions, majorMinor, parseVersion, SERVER_VERSION, type Version } from './versions.ts';
