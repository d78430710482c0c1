import { doubling } from './bounds.ts';

export type Kind = 'counter' | 'gauge' | 'histogram';

export interface Described {
  readonly type: Kind;
  readonly help: string;
  readonly labels: readonly string[];
  /** Of a histogram's buckets, ascending. */
  readonly bounds?: readonly number[];
}

const counter = <const Labels extends readonly string[]>(help: string, ...labels: Labels) =>
  ({ type: 'counter', help, labels }) as const;
const gauge = <const Labels extends readonly string[]>(help: string, ...labels: Labels) =>
  ({ type: 'gauge', help, labels }) as const;
const histogram = <const Labels extends readonly string[]>(
  help: string,
  bounds: readonly number[],
  ...labels: Labels
) => ({ type: 'histogram', help, labels, bounds }) as const;

/** From a millisecond up to eight seconds. */
const QUICK_SECONDS = doubling(0.001, 14);
const APPLY_SECONDS = doubling(0.0001, 20);
const HASH_SECONDS = doubling(0.01, 15);
const TRANSFER_SECONDS = doubling(0.1, 10);

/** Names, kinds, labels and buckets are etcd's, so that its dashboards and alerts fit. */
export const CATALOGUE = {
  // mvcc
  etcd_mvcc_range_total: counter('Ranges this member has read, those within transactions too.'),
  etcd_mvcc_put_total: counter('Puts this member has applied.'),
  etcd_mvcc_delete_total: counter('Deletes this member has applied.'),
  etcd_mvcc_txn_total: counter('Transactions of more than one operation this member has applied.'),
  etcd_mvcc_hash_duration_seconds: histogram('Seconds that hashing the whole database takes.', HASH_SECONDS),
  etcd_mvcc_hash_rev_duration_seconds: histogram('Seconds that hashing up to a revision takes.', HASH_SECONDS),
  etcd_debugging_mvcc_total_put_size_in_bytes: gauge('Bytes of the keys and values put since the start.'),
  etcd_debugging_mvcc_events_total: counter('Events given to watchers.'),
  etcd_debugging_mvcc_db_compaction_keys_total: counter('Records that compactions have removed.'),
  etcd_debugging_mvcc_db_compaction_last: gauge(
    'When a compaction was last finished, in seconds since 1970; 0 for never.',
  ),
  etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds: histogram(
    'Milliseconds for which one batch of a compaction holds up everything else.',
    doubling(1, 13),
  ),
  etcd_debugging_mvcc_db_compaction_total_duration_milliseconds: histogram(
    'Milliseconds that compactions take from their first batch to their last.',
    doubling(100, 14),
  ),

  // lease
  etcd_debugging_lease_granted_total: counter('Leases granted.'),
  etcd_debugging_lease_revoked_total: counter('Leases revoked.'),
  etcd_debugging_lease_renewed_total: counter('Renewals of leases by this member as the leader.'),
  etcd_debugging_lease_ttl_total: histogram('Seconds for which leases were granted.', doubling(1, 24)),
  etcd_debugging_server_lease_expired_total: counter('Leases that this member as the leader has ended.'),

  // member
  etcd_server_proposals_pending: gauge('Requests that wait for their place in the log.'),
  etcd_server_proposals_failed_total: counter('Requests that did not come to be applied, as far as is known.'),
  etcd_server_heartbeat_send_failures_total: counter('Heartbeats of this member as the leader that left too late.'),
  etcd_server_slow_apply_total: counter('Requests whose application took longer than 100 ms.'),
  etcd_server_slow_read_indexes_total: counter('Linearizable reads whose answer came too late or not at all.'),
  etcd_server_read_indexes_failed_total: counter('Linearizable reads that failed because the leader changed.'),
  etcd_server_learner_promote_successes: counter('Learners that became voters while this member led.'),
  etcd_server_learner_promote_failures: counter(
    'Learners that could not become voters while this member led.',
    'Reason',
  ),
  etcd_server_snapshot_apply_in_progress_total: gauge('1 while a snapshot of the leader becomes the state.'),
  etcd_server_apply_duration_seconds: histogram(
    'Seconds that applying a request takes.',
    APPLY_SECONDS,
    'version',
    'op',
    'success',
  ),
  etcd_server_range_duration_seconds: histogram('Seconds that reading a range takes.', APPLY_SECONDS, 'success'),
  etcd_server_request_duration_seconds: histogram(
    'Seconds from a request to its answer, by its kind.',
    QUICK_SECONDS,
    'type',
    'success',
  ),

  // disk
  etcd_disk_backend_commit_duration_seconds: histogram('Seconds that a commit to the database takes.', QUICK_SECONDS),
  etcd_disk_backend_defrag_duration_seconds: histogram(
    'Seconds that defragmenting the database takes.',
    doubling(0.1, 13),
  ),
  etcd_disk_backend_snapshot_duration_seconds: histogram(
    'Seconds that handing out an image of the database takes.',
    doubling(0.01, 17),
  ),
  etcd_disk_defrag_inflight: gauge('1 while the database is defragmented.'),
  etcd_disk_wal_fsync_duration_seconds: histogram('Seconds that an fsync of the log takes.', QUICK_SECONDS),
  etcd_disk_wal_write_duration_seconds: histogram('Seconds that a write to the log takes.', QUICK_SECONDS),
  etcd_disk_wal_write_bytes_total: gauge('Bytes written to the log.'),
  etcd_snap_fsync_duration_seconds: histogram('Seconds that an fsync of a .snap file takes.', QUICK_SECONDS),
  etcd_snap_db_fsync_duration_seconds: histogram('Seconds that an fsync of a .snap.db file takes.', QUICK_SECONDS),
  etcd_snap_db_save_total_duration_seconds: histogram(
    'Seconds that taking in the image of another member takes.',
    TRANSFER_SECONDS,
  ),
  etcd_debugging_snap_save_total_duration_seconds: histogram('Seconds that saving a .snap file takes.', QUICK_SECONDS),

  // peers
  etcd_network_active_peers: gauge('Whether a peer is reached.', 'Local', 'Remote'),
  etcd_network_disconnected_peers_total: counter('How often a peer was lost.', 'Local', 'Remote'),
  etcd_network_peer_sent_bytes_total: counter('Bytes sent to a peer.', 'To'),
  etcd_network_peer_received_bytes_total: counter('Bytes received from a peer.', 'From'),
  etcd_network_peer_sent_failures_total: counter('Messages for a peer that were lost.', 'To'),
  etcd_network_peer_received_failures_total: counter('Messages of a peer that could not be taken.', 'From'),
  etcd_network_peer_round_trip_time_seconds: histogram(
    'Seconds that a probe of a peer takes.',
    doubling(0.0001, 16),
    'To',
  ),
  etcd_network_snapshot_send_success: counter('Snapshots sent.', 'To'),
  etcd_network_snapshot_send_failures: counter('Snapshots that could not be sent.', 'To'),
  etcd_network_snapshot_send_inflights_total: gauge('Snapshots being sent.', 'To'),
  etcd_network_snapshot_send_total_duration_seconds: histogram(
    'Seconds that sending a snapshot takes.',
    TRANSFER_SECONDS,
    'To',
  ),
  etcd_network_snapshot_receive_success: counter('Snapshots received.', 'From'),
  etcd_network_snapshot_receive_failures: counter('Snapshots that could not be received.', 'From'),
  etcd_network_snapshot_receive_inflights_total: gauge('Snapshots being received.', 'From'),
  etcd_network_snapshot_receive_total_duration_seconds: histogram(
    'Seconds that receiving a snapshot takes.',
    TRANSFER_SECONDS,
    'From',
  ),

  // clients
  etcd_server_client_requests_total: counter(
    'Requests of clients, by their API version.',
    'type',
    'client_api_version',
  ),
  etcd_network_client_grpc_received_bytes_total: counter('Bytes of messages received from clients.'),
  etcd_network_client_grpc_sent_bytes_total: counter('Bytes of messages sent to clients.'),
  etcd_server_health_success: counter('Health checks that went well.'),
  etcd_server_health_failures: counter('Health checks that found something wrong.'),
  etcd_server_healthcheck: gauge('Whether each kind of health check went well the last time.', 'type', 'name'),
  etcd_server_healthchecks_total: counter('Health checks of each kind, by their result.', 'type', 'name', 'status'),
  etcd_debugging_server_watch_send_loop_watch_stream_duration_seconds: histogram(
    'Seconds that sending events of a watcher takes.',
    QUICK_SECONDS,
  ),
  etcd_debugging_server_watch_send_loop_watch_stream_duration_per_event_seconds: histogram(
    'Seconds that sending an event of a watcher takes.',
    QUICK_SECONDS,
  ),
  etcd_debugging_server_watch_send_loop_control_stream_duration_seconds: histogram(
    'Seconds that telling of the beginning or end of a watcher takes.',
    QUICK_SECONDS,
  ),
  etcd_debugging_server_watch_send_loop_progress_duration_seconds: histogram(
    'Seconds that a progress notice of a watcher takes.',
    QUICK_SECONDS,
  ),
  promhttp_metric_handler_requests_in_flight: gauge('Requests for figures being answered.'),
  promhttp_metric_handler_requests_total: counter('Requests for figures, by the status of the answer.', 'code'),
} as const satisfies Record<string, Described>;
