import { describe, expect, it } from 'vitest';
import type { MemberApi } from '../../../src/member/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { kv } from '../../../src/wire/services/kv.ts';
import { maintenance } from '../../../src/wire/services/maintenance.ts';
import { rejection } from '../grpc/methods.ts';
import { header, type MemberParts } from './fake-member.ts';
import { bytes, serving } from './harness.ts';
import { TinyMember } from './tiny-member.ts';

const alarmed =
  (...alarms: number[]): MemberApi['alarms'] =>
  () =>
    alarms.map((alarm) => ({ memberID: 5n, alarm: alarm as 1 | 2 }));

const never = (): Promise<never> => new Promise(() => {});

const status: NonNullable<MemberParts['maintenance']>['status'] = async () => ({
  ...maintenance.status.decode(new Uint8Array()),
  header: header(),
  version: '3.7.1',
  storageVersion: '3.7.0',
  leader: header().member_id,
  raftIndex: 12n,
  raftAppliedIndex: 11n,
  dbSize: 2n ** 60n,
  dbSizeInUse: 4096n,
  dbSizeQuota: 2n ** 31n,
});

const unreadable: MemberParts = { kv: { range: () => Promise.reject(refuse.timeout()) } };

/** Asks a member of these parts over HTTP/1.1. */
async function site(parts: MemberParts = {}, member: MemberApi = tiny(parts)) {
  const running = await serving(member, { listeners: [{ address: { kind: 'tcp', host: '127.0.0.1', port: 0 } }] });
  const [address] = running.served.addresses;
  const base = `http://127.0.0.1:${address?.kind === 'tcp' ? address.port : 0}`;
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(base + path, init);
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };
  return { ...running, get };
}

const tiny = (parts: MemberParts): MemberApi =>
  new TinyMember().asMember({ ...parts, maintenance: { status, ...parts.maintenance } });

describe('/health', () => {
  const healthy = [200, '{"health":"true","reason":""}'] as const;
  const sick = (reason: string): readonly [number, string] => [503, `{"health":"false","reason":"${reason}"}\n`];
  const timedOut = `RANGE ERROR:${refuse.timeout().message}`;

  it.each<readonly [name: string, path: string, parts: MemberParts, answer: readonly [number, string]]>([
    ['all is well', '/health', {}, healthy],
    ['space has run out', '/health', { alarms: alarmed(1) }, sick('ALARM NOSPACE')],
    ['data is corrupt', '/health', { alarms: alarmed(2) }, sick('ALARM CORRUPT')],
    ['an alarm is raised that this server does not know', '/health', { alarms: alarmed(7) }, sick('ALARM UNKNOWN')],
    ['that alarm is excluded', '/health?exclude=NOSPACE', { alarms: alarmed(1) }, healthy],
    ['another alarm is', '/health?exclude=NOSPACE', { alarms: alarmed(1, 2) }, sick('ALARM CORRUPT')],
    ['both are', '/health?exclude=NOSPACE&exclude=CORRUPT', { alarms: alarmed(1, 2) }, healthy],
    ['there is no leader', '/health', { hasLeader: () => false }, sick('RAFT NO LEADER')],
    ['nobody asks for a leader', '/health?serializable=true', { hasLeader: () => false }, healthy],
    ['the cluster cannot be asked', '/health?serializable=true', { maintenance: { alarm: never } }, healthy],
    ['reading fails', '/health', unreadable, sick(timedOut)],
    ['reading fails even here', '/health?serializable=true', unreadable, sick(timedOut)],
    ['reading is not allowed', '/health', { kv: { range: () => Promise.reject(refuse.permissionDenied()) } }, healthy],
  ])('when %s', async (_, path, parts, [code, body]) => {
    const { get } = await site(parts);
    expect(await get(path)).toMatchObject({
      status: code,
      body,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  });

  it('asks as root, consensus unless it is told not to', async () => {
    const asked: unknown[] = [];
    const range: NonNullable<MemberParts['kv']>['range'] = async (request, caller) => {
      asked.push([request.serializable, request.limit, caller.asRoot, caller.token]);
      return { header: header(), kvs: [], more: false, count: 0n };
    };
    const { get } = await site({ kv: { range } });
    await get('/health');
    await get('/health?serializable=true');
    expect(asked).toEqual([
      [false, 1n, true, undefined],
      [true, 1n, true, undefined],
    ]);
  });

  it('is only for GET', async () => {
    const { get } = await site();
    expect(await get('/health', { method: 'POST', body: 'x' })).toMatchObject({
      status: 405,
      body: 'Method Not Allowed\n',
      headers: { allow: 'GET' },
    });
  });
});

describe('/livez and /readyz', () => {
  const good = '[+]data_corruption ok\n[+]serializable_read ok\n[+]linearizable_read ok\n[+]non_learner ok\n';

  it.each<readonly [path: string, parts: MemberParts, code: number, body: string]>([
    ['/livez', {}, 200, 'ok\n'],
    ['/livez?verbose', {}, 200, '[+]serializable_read ok\nok\n'],
    ['/livez', { hasLeader: () => false }, 200, 'ok\n'],
    ['/livez', unreadable, 503, '[-]serializable_read failed: etcdserver: request timed out\n\n'],
    ['/livez/serializable_read', {}, 200, 'ok\n'],
    ['/livez/linearizable_read', {}, 404, '404 page not found\n'],
    ['/readyz', {}, 200, 'ok\n'],
    ['/readyz?verbose', {}, 200, `${good}ok\n`],
    ['/readyz?verbose&exclude=non_learner&exclude=none', {}, 200, `${good.replace('[+]non_learner ok\n', '')}ok\n`],
    ['/readyz/data_corruption', { alarms: alarmed(1) }, 200, 'ok\n'],
    ['/readyz/data_corruption', { alarms: alarmed(2) }, 503, '[-]data_corruption failed: alarm activated: CORRUPT\n\n'],
    ['/readyz/non_learner', { isLearner: () => true }, 503, '[-]non_learner failed: not supported for learner\n\n'],
    [
      '/readyz/non_learner?exclude=non_learner',
      { isLearner: () => true },
      503,
      '[-]non_learner failed: not supported for learner\n\n',
    ],
    ['/readyz?exclude=non_learner', { isLearner: () => true }, 200, 'ok\n'],
    ['/readyz/', {}, 404, '404 page not found\n'],
  ])('%s (%#)', async (path, parts, code, body) => {
    const { get } = await site(parts);
    expect(await get(path)).toMatchObject({ status: code, body });
  });
});

describe('/version', () => {
  it('names the versions of server, cluster and storage', async () => {
    const { get } = await site({ clusterVersion: () => '3.7.0' });
    expect(await get('/version')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"etcdserver":"3.7.1","etcdcluster":"3.7.0","storage":"3.7.0"}',
    });
  });

  it('says what is not known', async () => {
    const bare: NonNullable<MemberParts['maintenance']>['status'] = async (caller) => ({
      ...(await status(caller)),
      storageVersion: '',
    });
    const { get } = await site({ maintenance: { status: bare } });
    expect((await get('/version')).body).toBe('{"etcdserver":"3.7.1","etcdcluster":"not_decided","storage":"unknown"}');
  });
});

describe('/metrics', () => {
  const figures = (body: string): Map<string, string> =>
    new Map(
      body
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]),
    );

  it('gives what the member tells, exactly', async () => {
    const { get } = await site({ clusterVersion: () => '3.7.0' });
    const { headers, body } = await get('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(Object.fromEntries(figures(body))).toMatchObject({
      etcd_server_has_leader: '1',
      etcd_server_is_leader: '1',
      etcd_server_is_learner: '0',
      'etcd_server_id{server_id="e1"}': '1',
      'etcd_server_version{server_version="3.7.1"}': '1',
      'etcd_cluster_version{cluster_version="3.7"}': '1',
      etcd_server_proposals_committed_total: '12',
      etcd_server_proposals_applied_total: '11',
      etcd_server_quota_backend_bytes: String(2n ** 31n),
      etcd_mvcc_db_total_size_in_bytes: String(2n ** 60n),
      etcd_mvcc_db_total_size_in_use_in_bytes: '4096',
      etcd_debugging_mvcc_current_revision: '1',
    });
  });

  it('counts calls by method and outcome, and none that are not served', async () => {
    const { get, channel } = await site();
    const to = channel();
    await to.unary(kv.put, { key: bytes('k') });
    await to.unary(kv.put, { key: bytes('k') });
    await rejection(to.unary(kv.put, { key: bytes('k'), lease: 99n }));
    await rejection(to.unary({ ...kv.put, path: '/invented.Service/Method' }, {}));
    const { body } = await get('/metrics');
    const put = 'grpc_method="Put",grpc_service="etcdserverpb.KV",grpc_type="unary"';
    expect(Object.fromEntries(figures(body))).toMatchObject({
      [`grpc_server_started_total{${put}}`]: '3',
      [`grpc_server_handled_total{grpc_code="OK",${put}}`]: '2',
      [`grpc_server_handled_total{grpc_code="NotFound",${put}}`]: '1',
      [`grpc_server_msg_received_total{${put}}`]: '3',
      [`grpc_server_msg_sent_total{${put}}`]: '2',
      etcd_network_client_grpc_received_bytes_total: String(3 + 3 + 5),
    });
    expect(body).not.toContain('invented');
  });

  it('counts what health checks found', async () => {
    const { get } = await site({ hasLeader: () => false });
    for (const path of ['/health', '/health?serializable=true', '/livez', '/livez']) await get(path);
    expect(Object.fromEntries(figures((await get('/metrics')).body))).toMatchObject({
      etcd_server_health_failures: '1',
      etcd_server_health_success: '1',
      'etcd_server_healthcheck{type="livez",name="serializable_read"}': '1',
      'etcd_server_healthchecks_total{type="livez",name="serializable_read",status="success"}': '2',
    });
  });

  it('leaves out what the member will not tell', async () => {
    const { get } = await site({ maintenance: { status: () => Promise.reject(refuse.stopped()) } });
    const { status: code, body } = await get('/metrics');
    expect(code).toBe(200);
    expect(body).toContain('etcd_server_has_leader 1\n');
    expect(body).not.toContain('etcd_mvcc_db_total_size_in_bytes');
  });

  it('has the form of the format: help, type, figures, once each', async () => {
    const { get } = await site();
    const lines = (await get('/metrics')).body.trimEnd().split('\n');
    const names = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(names.toSorted((a = '', b = '') => (a < b ? -1 : 1)));
    for (const line of lines) expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [\d.e+-]+)$/);
  });
});

describe('anything else', () => {
  it.each(['/', '/nope', '/healthz', '/metrics/x'])('%s is not found', async (path) => {
    const { get } = await site();
    expect(await get(path)).toMatchObject({ status: 404, body: '404 page not found\n' });
  });

  it('is allowed from any origin', async () => {
    const { get } = await site();
    expect((await get('/version')).headers).toMatchObject({ 'access-control-allow-origin': '*' });
    expect(await get('/version', { method: 'OPTIONS' })).toMatchObject({ status: 200, body: '' });
  });
});
