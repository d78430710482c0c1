import { formatId } from '../../base/member-ids.ts';
import type { Family } from '../../figures/index.ts';
import { alarmName, type MemberApi } from '../../member/index.ts';
import type { StatusResponse } from '../../wire/index.ts';
import { counter, gauge, labelled } from './families.ts';

/** What can be read off a member at any time, under etcd's names. Figures that it does not give are not made up. */
export async function memberFamilies(member: MemberApi): Promise<Family[]> {
  const cluster = member.clusterVersion?.();
  const { member_id: id, revision } = member.header();
  return [
    gauge('etcd_server_has_leader', 'Whether a leader exists.', Number(member.hasLeader())),
    gauge('etcd_server_is_learner', 'Whether this member is a learner.', Number(member.isLearner())),
    gauge('etcd_debugging_mvcc_current_revision', 'The current revision of the store.', revision),
    labelled('etcd_server_id', 'The id of this member.', { server_id: formatId(id) }),
    labelled('etcd_server_go_version', 'What this server runs on; it is not Go.', {
      server_go_version: `node ${process.version}`,
    }),
    ...(cluster === undefined
      ? []
      : [labelled('etcd_cluster_version', 'The version of the cluster.', { cluster_version: majorMinor(cluster) })]),
    ...watcherFamilies(member),
    ...stateFamilies(member, id),
    ...(await statusFamilies(member)),
  ];
}

const majorMinor = (version: string): string => version.split('.').slice(0, 2).join('.');

function stateFamilies(member: MemberApi, id: bigint): Family[] {
  const figures = member.figures?.();
  if (figures === undefined) return [];
  const { keys, compactRevision, authRevision, leaderChanges, members, alarms } = figures;
  const Local = formatId(id);
  return [
    gauge('etcd_debugging_mvcc_keys_total', 'Keys there are.', keys),
    gauge('etcd_debugging_mvcc_compact_revision', 'The revision of the last compaction.', compactRevision),
    gauge('etcd_debugging_auth_revision', 'The revision of the users, roles and permissions.', authRevision),
    counter(
      'etcd_server_leader_changes_seen_total',
      'How often a leader became known that was not the leader before.',
      leaderChanges,
    ),
    {
      name: 'etcd_network_known_peers',
      type: 'gauge',
      help: 'The members that this one knows, itself included.',
      samples: members.map((remote) => ({ labels: { Local, Remote: formatId(remote) }, value: 1 })),
    },
    {
      name: 'etcd_debugging_server_alarms',
      type: 'gauge',
      help: 'The alarms that are raised.',
      samples: alarms.map(({ memberID, alarm }) => ({
        labels: { server_id: formatId(memberID), alarm_type: alarmName(alarm) ?? String(alarm) },
        value: 1,
      })),
    },
  ];
}

function watcherFamilies(member: MemberApi): Family[] {
  const counts = member.watcherCounts?.();
  if (counts === undefined) return [];
  return [
    gauge('etcd_debugging_mvcc_watcher_total', 'Watchers there are.', counts.all),
    gauge('etcd_debugging_mvcc_slow_watcher_total', 'Watchers that are behind.', counts.behind),
    gauge('etcd_debugging_mvcc_watch_stream_total', 'Streams of watchers there are.', counts.streams),
    gauge('etcd_debugging_mvcc_pending_events_total', 'Events that wait to be sent.', counts.waitingEvents),
  ];
}

async function statusFamilies(member: MemberApi): Promise<Family[]> {
  let status: StatusResponse;
  try {
    status = await member.maintenance.status({ asRoot: true });
  } catch {
    return []; // A member that stops, or refuses, still gives the other figures.
  }
  const isLeader = status.leader !== 0n && status.leader === status.header?.member_id;
  return [
    gauge('etcd_server_is_leader', 'Whether this member is the leader.', Number(isLeader)),
    labelled('etcd_server_version', 'The version of this server.', { server_version: status.version }),
    gauge('etcd_server_quota_backend_bytes', 'The quota of the database in bytes.', status.dbSizeQuota),
    gauge('etcd_server_proposals_committed_total', 'The last log entry committed.', status.raftIndex),
    gauge('etcd_server_proposals_applied_total', 'The last log entry applied.', status.raftAppliedIndex),
    gauge('etcd_mvcc_db_total_size_in_bytes', 'Bytes that the database takes.', status.dbSize),
    gauge('etcd_mvcc_db_total_size_in_use_in_bytes', 'Bytes of the database that are in use.', status.dbSizeInUse),
  ];
}
