/** What /metrics tells: etcd's names, and after some traffic the right figures. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Channel } from '../../src/grpc/index.ts';
import { kv } from '../../src/wire/services/kv.ts';
import { lease } from '../../src/wire/services/lease.ts';
import { maintenance } from '../../src/wire/services/maintenance.ts';
import { watch } from '../../src/wire/services/watch.ts';
import { describeEtcd } from '../support/describe-etcd.ts';
import { startCluster } from '../support/etcd-server.ts';
import { OwnCluster } from '../support/own-cluster.ts';
import { until } from '../support/until.ts';

const GO = 'of the Go runtime';
const V2 = 'of the store of API version 2, which is gone';
const PROXY = 'of the gRPC proxy, which is a program of its own';
const PHASES = 'a commit is one piece of work here';
/** What real members tell, some only of certain releases, and ours does not. */
const NOT_TOLD: readonly (readonly [name: RegExp, why: string])[] = [
  [/^go_/, GO],
  [/^etcd_debugging_store_/, V2],
  [/^etcd_grpc_proxy_/, PROXY],
  [/^etcd_debugging_disk_backend_commit_(rebalance|spill|write)_duration_seconds$/, PHASES],
  [/^etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds$/, 'the index has no lock to be held'],
  [/^etcd_debugging_snap_save_marshalling_duration_seconds$/, 'saving is measured as a whole'],
  [/^etcd_mvcc_db_open_read_transactions$/, 'reads do not touch the database'],
  [
    /^etcd_debugging_mvcc_(range|put|delete|txn|db_total_size_in_bytes)_?(total)?$/,
    'names of 3.4, which 3.5 dropped or will',
  ],
  [/^etcd_network_server_stream_failures_total$/, 'streams that fail are counted by their status'],
];

const typesOf = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));

const labelsOf = (text: string): Map<string, string> =>
  new Map(
    [...text.matchAll(/^([a-z_]+?)(?:_bucket|_sum|_count)?\{([^}]*)\} /gm)].map(([, name = '', labels = '']) => [
      name,
      [...labels.matchAll(/(\w+)="/g)]
        .map(([, label]) => label)
        .filter((label) => label !== 'le')
        .toSorted((a = '', b = '') => (a < b ? -1 : 1))
        .join(),
    ]),
  );

/** A little of everything. */
async function work(endpoint: string): Promise<void> {
  const [host = '', port] = endpoint.split(':');
  const channel = new Channel({ kind: 'tcp', host, port: Number(port) });
  const key = Buffer.from('key');
  const metadata = { 'client-api-version': '3.7' };
  for (let at = 0; at < 3; at += 1) await channel.unary(kv.put, { key, value: Buffer.from('12345') }, { metadata });
  await channel.unary(kv.range, { key });
  const success = [{ request_put: { key, value: Buffer.from('6') } }, { request_range: { key } }];
  await channel.unary(kv.txn, { success });
  await channel.unary(kv.deleteRange, { key });
  const { ID } = await channel.unary(lease.leaseGrant, { TTL: 100n });
  await channel.unary(lease.leaseRevoke, { ID });
  const call = channel.open(watch.watch);
  await call.write({ create_request: { key, start_revision: 1n } });
  let events = 0;
  for await (const response of call) {
    events += response.events.length;
    if (events === 5) break;
  }
  await channel.unary(kv.compact, { revision: 4n, physical: true });
  await channel.unary(maintenance.hashKV, {});
  const image = channel.open(maintenance.snapshot);
  await image.write({});
  image.end();
  for await (const { blob } of image) expect(blob.length).toBeGreaterThan(0);
  channel.close();
}

const metricsOf = async (endpoint: string): Promise<string> => (await fetch(`http://${endpoint}/metrics`)).text();

describe('the figures of two processes', () => {
  let cluster: OwnCluster | undefined;
  let text = '';
  beforeAll(async () => {
    cluster = await OwnCluster.started({ size: 2 });
    const [endpoint = ''] = cluster.endpoints;
    await work(endpoint);
    await fetch(`http://${endpoint}/health`);
    // A probe of the other one takes a few seconds to come.
    await until(async () => {
      text = await metricsOf(endpoint);
      return text.includes('etcd_network_peer_round_trip_time_seconds_count');
    });
  });
  afterAll(() => cluster?.end());

  it.each([
    ['etcd_mvcc_put_total 4'],
    ['etcd_mvcc_delete_total 1'],
    ['etcd_mvcc_txn_total 1'],
    ['etcd_debugging_mvcc_total_put_size_in_bytes 28'],
    ['etcd_debugging_mvcc_events_total 5'],
    ['etcd_debugging_mvcc_db_compaction_keys_total 2'],
    ['etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count 1'],
    ['etcd_debugging_lease_granted_total 1'],
    ['etcd_debugging_lease_revoked_total 1'],
    ['etcd_debugging_lease_ttl_total_sum 100'],
    ['etcd_mvcc_hash_rev_duration_seconds_count 1'],
    ['etcd_server_proposals_pending 0'],
    ['etcd_server_proposals_failed_total 0'],
    ['etcd_server_has_leader 1'],
    ['etcd_server_snapshot_apply_in_progress_total 0'],
    ['etcd_server_client_requests_total{type="unary",client_api_version="3.7"} 3'],
    ['etcd_server_client_requests_total{type="stream",client_api_version="unknown"} 2'],
    ['etcd_server_apply_duration_seconds_count{version="v3",op="Put",success="true"} 3'],
    ['etcd_server_apply_duration_seconds_count{version="v3",op="LeaseGrant",success="true"} 1'],
    ['etcd_server_apply_duration_seconds_count{version="v3",op="ClusterVersionSet",success="true"} 1'],
    ['etcd_server_request_duration_seconds_count{type="Txn",success="true"} 1'],
    ['etcd_cluster_version{cluster_version="3.7"} 1'],
    ['etcd_server_health_success 1'],
    ['grpc_server_started_total{grpc_method="Put",grpc_service="etcdserverpb.KV",grpc_type="unary"} 3'],
    ['grpc_server_msg_received_total{grpc_method="Watch",grpc_service="etcdserverpb.Watch",grpc_type="bidi_stream"} 1'],
    ['grpc_server_handled_total{grpc_code="OK",grpc_method="Put",grpc_service="etcdserverpb.KV",grpc_type="unary"} 3'],
    [
      'grpc_server_handled_total{grpc_code="Unavailable",grpc_method="LeaseKeepAlive",grpc_service="etcdserverpb.Lease",grpc_type="bidi_stream"} 0',
    ],
  ])('tell %s', (line) => {
    expect(text.split('\n')).toContain(line);
  });

  it.each([
    ['etcd_network_active_peers'],
    ['etcd_network_peer_sent_bytes_total'],
    ['etcd_network_peer_received_bytes_total'],
    ['etcd_network_peer_round_trip_time_seconds_count'],
    ['etcd_disk_backend_commit_duration_seconds_count'],
    ['etcd_disk_wal_fsync_duration_seconds_count'],
    ['etcd_network_client_grpc_sent_bytes_total'],
    ['process_virtual_memory_bytes'],
  ])('tell more than nothing of %s', (name) => {
    expect(text).toMatch(new RegExp(`^${name}(\\{[^}]*\\})? (0\\.0*)?[1-9]`, 'm'));
  });

  it('know two members, of which it is one', () => {
    expect(text.match(/^etcd_network_known_peers\{.*\} 1$/gm)).toHaveLength(2);
  });

  it('tell each family once', () => {
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});

describeEtcd('the names of figures beside those of', (release) => {
  it('are all there with the same types and labels, or their absence has a reason', async () => {
    const real = await startCluster({ release, members: 1 });
    const own = await OwnCluster.started({ size: 1 });
    try {
      const [realEndpoint = ''] = real.endpoints;
      const [ownEndpoint = ''] = own.endpoints;
      const texts: string[] = [];
      for (const endpoint of [realEndpoint, ownEndpoint]) {
        await work(endpoint);
        await fetch(`http://${endpoint}/health`);
        texts.push(await metricsOf(endpoint));
      }
      const [theirs = '', ours = ''] = texts;
      const isExcused = (name: string): boolean => NOT_TOLD.some(([pattern]) => pattern.test(name));
      const [theirTypes, ourTypes] = [typesOf(theirs), typesOf(ours)];
      const wanted = [...theirTypes].filter(([name]) => !isExcused(name));
      expect(wanted.length).toBeGreaterThan(60);
      expect(wanted.filter(([name, type]) => ourTypes.get(name) !== type)).toEqual([]);
      const ourLabels = labelsOf(ours);
      expect(
        [...labelsOf(theirs)].filter(([name, labels]) => !isExcused(name) && ourLabels.get(name) !== labels),
      ).toEqual([]);
    } finally {
      await own.end();
      await real.stop();
    }
  });
});
