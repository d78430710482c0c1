import { describe, expect, it } from 'vitest';
import { type Client, type ClientConfig, ClientError } from '../../../src/client/index.ts';
import { runCli } from '../../support/cli.ts';
import { fakeClient, type Stubs } from '../../support/fake-client.ts';

const refused = new ClientError('rpc', 'context deadline exceeded', {
  explanations: [{ endpoint: 'b:1', cause: 'connection refused', hint: 'check --endpoints' }],
});

/** A client per endpoint; the one that opens several is the cluster's. */
const byEndpoint =
  (stubs: Readonly<Record<string, Stubs | ClientError>>) =>
  (config: ClientConfig): Client => {
    const stub = stubs[config.endpoints.join(',')];
    if (stub === undefined) throw new Error(`unexpected client for ${config.endpoints.join(',')}`);
    if (stub instanceof ClientError) throw stub;
    return fakeClient({ ...stub, endpoints: config.endpoints });
  };

const two = '--endpoints=a:1, b:1';
const why = '  b:1: connection refused\n  hint: check --endpoints\n';
const status = { header: { member_id: 1n }, leader: 1n, version: '3.7.1', dbSize: 100n, dbSizeInUse: 50n };

describe('endpoint status', () => {
  it('lists who answers, says who does not and why, and ends with 1', async () => {
    const run = await runCli(
      ['endpoint', 'status', two, '-w', 'json'],
      byEndpoint({ 'a:1': { maintenance: { status } }, 'b:1': { maintenance: { status: refused } } }),
    );
    expect(run.code).toBe(1);
    expect(JSON.parse(run.out)).toMatchObject([{ Endpoint: 'a:1', Status: { version: '3.7.1' } }]);
    expect(run.err).toBe(`Failed to get the status of endpoint b:1 (context deadline exceeded)\n${why}`);
  });

  it('asks every member with --cluster, which may stand in the environment', async () => {
    const members = [{ clientURLs: ['http://m1:1', 'http://m1:2'] }, { clientURLs: ['http://m2:1'] }];
    const clients = byEndpoint({
      'a:1': { cluster: { memberList: { members } } },
      'http://m1:1': { maintenance: { status } },
      'http://m1:2': { maintenance: { status } },
      'http://m2:1': { maintenance: { status } },
    });
    for (const run of [
      await runCli(['endpoint', 'status', '--cluster', '--endpoints=a:1'], clients),
      await runCli(['endpoint', '--cluster', 'status', '--endpoints=a:1'], clients),
      await runCli(['endpoint', 'status', '--endpoints=a:1'], clients, { env: { ETCDCTL_CLUSTER: 'true' } }),
    ]) {
      expect(run).toMatchObject({ code: 0, err: '' });
      expect(run.out.split('\n').map((line) => line.split(',')[0])).toEqual([
        'http://m1:1',
        'http://m1:2',
        'http://m2:1',
        '',
      ]);
    }
  });

  it('says that the member list could not be had', async () => {
    const clients = byEndpoint({ 'a:1': { cluster: { memberList: refused } } });
    const run = await runCli(['endpoint', 'health', '--cluster', '--endpoints=a:1'], clients);
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toBe(
      `Error: failed to fetch endpoints from etcd cluster member list: context deadline exceeded\n${why}`,
    );
  });

  it('ends at once with 2 where no client can be made', async () => {
    const wrong = new ClientError('construction', 'etcdserver: authentication failed, invalid user ID or password');
    const run = await runCli(['endpoint', 'status', two], byEndpoint({ 'a:1': wrong }));
    expect(run).toMatchObject({ code: 2, out: '', err: `Error: ${wrong.message}\n` });
  });
});

describe('endpoint hashkv', () => {
  it('lists who answers and ends with the last failure', async () => {
    const hashKV = { hash: 7, compact_revision: -1n, hash_revision: 3n };
    const run = await runCli(
      ['endpoint', 'hashkv', two, '--rev=3'],
      byEndpoint({ 'a:1': { maintenance: { hashKV } }, 'b:1': { maintenance: { hashKV: refused } } }),
    );
    expect(run).toMatchObject({ code: 1, out: 'a:1, 7, 3\n' });
    expect(run.err).toBe(
      `Failed to get the hash of endpoint b:1 (context deadline exceeded)\n${why}Error: context deadline exceeded\n${why}`,
    );
  });
});

describe('endpoint health', () => {
  const healthy: Stubs = { kv: { range: {} }, maintenance: { alarm: {} } };
  const health = (stubs: Readonly<Record<string, Stubs | ClientError>>) =>
    runCli(['endpoint', 'health', two, '-w', 'json'], byEndpoint(stubs));

  it.each([
    ['an answer', healthy, '', undefined],
    [
      'permission denied, which is an answer too',
      { ...healthy, kv: { range: new ClientError('rpc', 'etcdserver: permission denied') } },
      '',
      undefined,
    ],
    [
      'an alarm',
      { ...healthy, maintenance: { alarm: { alarms: [{ alarm: 1 }, { alarm: 2 }] } } },
      'Active Alarm(s): NOSPACE CORRUPT ',
      1,
    ],
    ['alarms that cannot be had', { ...healthy, maintenance: { alarm: refused } }, 'Unable to fetch the alarm list', 1],
    ['no answer', { kv: { range: refused } }, 'context deadline exceeded', 1],
    ['no client', new ClientError('construction', 'no client'), 'no client', 1],
  ] as const)('of %s', async (_what, second, error, expected) => {
    const code: number = expected ?? 0;
    const run = await health({ 'a:1': healthy, 'b:1': second });
    const list = JSON.parse(run.out) as { endpoint: string; health: boolean; took: string; error?: string }[];
    expect(list).toHaveLength(2);
    expect(list.find(({ endpoint }) => endpoint === 'a:1')).toMatchObject({
      health: true,
      took: expect.stringMatching(/s$/),
    });
    expect(list.find(({ endpoint }) => endpoint === 'b:1')).toMatchObject({
      health: error === '',
      ...(error && { error }),
    });
    expect(run.code).toBe(code);
    expect(run.err.startsWith('Error: unhealthy cluster\n')).toBe(code === 1);
  });
});

describe('defrag', () => {
  it('goes on after a failure and ends with 1', async () => {
    const run = await runCli(
      ['defrag', two],
      byEndpoint({ 'a:1': { maintenance: { defragment: refused } }, 'b:1': { maintenance: { defragment: {} } } }),
    );
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/^Finished defragmenting etcd member\[b:1\]\. took \S+s\n$/);
    expect(run.err).toMatch(
      /^Failed to defragment etcd member\[a:1\]\. took \S+s\. \(context deadline exceeded\)\n {2}b:1: connection refused\n/,
    );
  });
});

describe('move-leader', () => {
  const moveLeader = {};
  it('asks the leader, found among the endpoints', async () => {
    const run = await runCli(
      ['move-leader', 'ff', two],
      byEndpoint({
        'a:1,b:1': {},
        'a:1': { maintenance: { status: { header: { member_id: 0xan }, leader: 0xbn } } },
        'b:1': { maintenance: { status: { header: { member_id: 0xbn }, leader: 0xbn }, moveLeader } },
      }),
    );
    expect(run).toMatchObject({ code: 0, out: 'Leadership transferred from b to ff\n' });
  });

  it('says when the leader is not among them', async () => {
    const follower = { maintenance: { status: { header: { member_id: 0xan }, leader: 0xbn } } };
    const run = await runCli(['move-leader', 'ff', '--endpoints=a:1'], byEndpoint({ 'a:1': follower }));
    expect(run).toMatchObject({ code: 128, err: 'Error: no leader endpoint given at [a:1]\n' });
  });

  it.each([
    [[], 'move-leader command needs 1 argument'],
    [['zz'], 'strconv.ParseUint: parsing "zz": invalid syntax'],
  ])('refuses %j', async (argv, message) => {
    expect(await runCli(['move-leader', ...argv], undefined)).toMatchObject({ code: 128, err: `Error: ${message}\n` });
  });
});
