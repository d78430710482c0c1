import type { MemberApi } from '../../member/index.ts';
import type { StatusResponse } from '../../wire/index.ts';
import type { Family } from './exposition.ts';

/** What a member tells of itself, under etcd's names. Figures that it does not give are not made up. */
export async function memberFamilies(member: MemberApi): Promise<Family[]> {
  const cluster = member.clusterVersion?.();
  return [
    gauge('etcd_server_has_leader', 'Whether a leader exists.', Number(member.hasLeader())),
    gauge('etcd_server_is_learner', 'Whether this member is a learner.', Number(member.isLearner())),
    gauge('etcd_debugging_mvcc_current_revision', 'The current revision of the store.', member.header().revision),
    labelled('etcd_server_id', 'The id of this member.', { server_id: member.header().member_id.toString(16) }),
    ...(cluster === undefined
      ? []
      : [labelled('etcd_cluster_version', 'The version of the cluster.', { cluster_version: cluster })]),
    ...watcherFamilies(member),
    ...stateFamilies(member),
    ...(await statusFamilies(member)),
  ];
}

function stateFamilies(member: MemberApi): Family[] {
  const figures = member.figures?.();
  if (figures === undefined) return [];
  const { keys, compactRevision, authRevision, leaderChanges } = figures;
  return [
    gauge('etcd_debugging_mvcc_keys_total', 'Keys there are.', keys),
    gauge('etcd_debugging_mvcc_compact_revision', 'The revision of the last compaction.', compactRevision),
    gauge('etcd_debugging_auth_revision', 'The revision of the users, roles and permissions.', authRevision),
    {
      name: 'etcd_server_leader_changes_seen_total',
      type: 'counter',
      help: 'How often a leader became known that was not the leader before.',
      samples: [{ value: leaderChanges }],
    },
  ];
}

function watcherFamilies(member: MemberApi): Family[] {
  const counts = member.watcherCounts?.();
  if (counts === undefined) return [];
  return [
    gauge('etcd_debugging_mvcc_watcher_total', 'Watchers there are.', counts.all),
    gauge('etcd_debugging_mvcc_slow_watcher_total', 'Watchers that are behind.', counts.behind),
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

const gauge = (name: string, help: string, value: number | bigint): Family => ({
  name,
  type: 'gauge',
  help,
  samples: [{ value }],
});

const labelled = (name: string, help: string, labels: Readonly<Record<string, string>>): Family => ({
  name,
  type: 'gauge',
  help,
  samples: [{ labels, value: 1 }],
});
