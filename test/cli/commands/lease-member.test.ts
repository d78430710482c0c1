import { describe, expect, it } from 'vitest';
import { ClientError } from '../../../src/client/index.ts';
import { runCli } from '../../support/cli.ts';
import { fakeClient, stream } from '../../support/fake-client.ts';

const notFound = new ClientError('rpc', 'etcdserver: requested lease not found');

describe('lease', () => {
  it.each([
    [
      ['lease', 'grant', '100'],
      'lease.leaseGrant',
      { ID: 0x694dn, TTL: 100n },
      { TTL: 100n },
      'lease 000000000000694d granted with TTL(100s)\n',
    ],
    [['lease', 'revoke', '694d'], 'lease.leaseRevoke', {}, { ID: 0x694dn }, 'lease 000000000000694d revoked\n'],
    [
      ['lease', 'timetolive', '694d', '--keys'],
      'lease.leaseTimeToLive',
      { ID: 0x694dn, TTL: 99n, grantedTTL: 100n },
      { ID: 0x694dn, keys: true },
      'lease 000000000000694d granted with TTL(100s), remaining(99s), attached keys([])\n',
    ],
    [
      ['lease', 'timetolive', '694d'],
      'lease.leaseTimeToLive',
      { ID: 0x694dn, TTL: -1n },
      { ID: 0x694dn, keys: false },
      'lease 000000000000694d already expired\n',
    ],
    [
      ['lease', 'keep-alive', '694d', '--once'],
      'lease.keepAliveOnce',
      { ID: 0x694dn, TTL: 100n },
      0x694dn,
      'lease 000000000000694d keepalived with TTL(100)\n',
    ],
  ])('%j', async (argv, method, answer, request, out) => {
    const client = fakeClient({ lease: { [method.slice('lease.'.length)]: answer } });
    expect(await runCli(argv, client)).toMatchObject({ code: 0, out, err: '' });
    expect(client.requests(method)).toEqual([request]);
  });

  it('lists', async () => {
    const client = fakeClient({ lease: { leaseLeases: { leases: [{ ID: 0x1n }, { ID: -1n }] } } });
    const { out } = await runCli(['lease', 'list', 'ignored'], client);
    expect(out).toBe('found 2 leases\n0000000000000001\n-000000000000001\n');
  });

  it('keeps alive until the lease is gone, and calls that no failure', async () => {
    const client = fakeClient({ lease: { keepAlive: stream([{ ID: 0x12n, TTL: 5n }]) } });
    const { code, out } = await runCli(['lease', 'keep-alive', '12'], client);
    expect({ code, out }).toEqual({
      code: 0,
      out: 'lease 0000000000000012 keepalived with TTL(5)\nlease 0000000000000012 expired or revoked.\n',
    });
  });

  it.each([
    [['grant', '9'], 'leaseGrant', 1, 'failed to grant lease (etcdserver: requested lease not found)'],
    [['revoke', '1'], 'leaseRevoke', 1, 'failed to revoke lease (etcdserver: requested lease not found)'],
    [['timetolive', '1'], 'leaseTimeToLive', 2, 'etcdserver: requested lease not found'],
    [['list'], 'leaseLeases', 2, 'etcdserver: requested lease not found'],
    [['keep-alive', '1', '--once'], 'keepAliveOnce', 2, 'etcdserver: requested lease not found'],
  ])('%j that fails', async (argv, method, code, message) => {
    const client = fakeClient({ lease: { [method]: notFound } });
    expect(await runCli(['lease', ...argv], client)).toMatchObject({ code, out: '', err: `Error: ${message}\n` });
  });

  const hex = (text: string): string => `(strconv.ParseInt: parsing "${text}": invalid syntax), expecting ID in Hex`;
  it.each([
    [['grant'], 'lease grant command needs TTL argument'],
    [['grant', 'abc'], 'bad TTL (strconv.ParseInt: parsing "abc": invalid syntax)'],
    [['revoke'], 'lease revoke command needs 1 argument'],
    [['revoke', 'zz'], `bad lease ID arg ${hex('zz')}`],
    [['timetolive'], 'lease timetolive command needs lease ID as argument'],
    [['timetolive', '0x1'], `bad lease ID arg ${hex('0x1')}`],
    [['keep-alive'], 'lease keep-alive command needs lease ID as argument'],
    [
      ['revoke', 'FFFFFFFFFFFFFFFF'],
      'bad lease ID arg (strconv.ParseInt: parsing "FFFFFFFFFFFFFFFF": value out of range), expecting ID in Hex',
    ],
  ])('refuses %j', async (argv, message) => {
    expect(await runCli(['lease', ...argv], undefined)).toMatchObject({ code: 128, err: `Error: ${message}\n` });
  });
});

describe('member', () => {
  const members = [{ ID: 0xa1n, name: 'm1', peerURLs: ['http://a:1'], clientURLs: ['http://a:2'] }];
  const header = { cluster_id: 0xc1n };

  it.each([
    [
      ['add', 'm2', '--peer-urls=http://b:1,http://c:1'],
      'memberAdd',
      { peerURLs: ['http://b:1', 'http://c:1'], isLearner: false },
    ],
    [['add', 'm2', '--learner', '--peer-urls=unix://b:1'], 'memberAdd', { peerURLs: ['unix://b:1'], isLearner: true }],
    [['remove', 'a1'], 'memberRemove', { ID: 0xa1n }],
    [['update', 'a1', '--peer-urls', 'https://b:1'], 'memberUpdate', { ID: 0xa1n, peerURLs: ['https://b:1'] }],
    [['promote', 'ffffffffffffffff'], 'memberPromote', { ID: 0xffffffffffffffffn }],
    [['list'], 'memberList', { linearizable: true }],
    [['list', '--consistency=s'], 'memberList', { linearizable: false }],
  ])('%j', async (argv, method, request) => {
    const client = fakeClient({ cluster: { [method]: { header, members, member: { ID: 0xb2n } } } });
    expect(await runCli(['member', ...argv, '-w', 'json'], client)).toMatchObject({ code: 0, err: '' });
    expect(client.requests(`cluster.${method}`)).toEqual([request]);
  });

  it('adds and says how to start the new member', async () => {
    const all = [...members, { ID: 0xb2n, peerURLs: ['http://b:1'] }];
    const client = fakeClient({
      cluster: { memberAdd: { header, member: { ID: 0xb2n, peerURLs: ['http://b:1'] }, members: all } },
    });
    const { out } = await runCli(['member', 'add', 'm2', '--peer-urls=http://b:1'], client);
    expect(out).toBe(
      'Member               b2 added to cluster               c1\n\nETCD_NAME="m2"\n' +
        'ETCD_INITIAL_CLUSTER="m1=http://a:1,m2=http://b:1"\n' +
        'ETCD_INITIAL_ADVERTISE_PEER_URLS="http://b:1"\nETCD_INITIAL_CLUSTER_STATE="existing"\n',
    );
  });

  const id = 'bad member ID arg (strconv.ParseUint: parsing "zz": invalid syntax), expecting ID in Hex';
  it.each([
    [['add'], 128, 'member name not provided'],
    [
      ['add', 'x', 'http://a:1', 'HTTPS://b'],
      128,
      'too many arguments, did you mean --peer-urls=http://a:1, did you mean --peer-urls=HTTPS://b',
    ],
    [['add', 'x'], 128, 'member peer urls not provided'],
    [['add', 'x', '--peer-urls=abc'], 1, 'URL scheme must be http, https, unix, or unixs: abc'],
    [['add', 'x', '--peer-urls=http://a'], 1, 'URL address does not have the form "host:port": http://a'],
    [['add', 'x', '--peer-urls=http://a:1/p'], 1, 'URL must not contain a path: http://a:1/p'],
    [['remove'], 128, 'member ID is not provided'],
    [['remove', 'zz'], 128, id],
    [['update'], 128, 'member ID is not provided'],
    [['update', 'zz'], 128, id],
    [['update', 'a1'], 128, 'member peer urls not provided'],
    [['promote'], 128, 'member ID is not provided'],
    [['promote', 'zz'], 128, id],
    [['list', '--consistency=q'], 4, 'unknown consistency flag "q"'],
    [['add', 'x', '--peer-urls=http://a:1', '-w', 'table'], 4, 'table not supported as output format'],
    [['remove', 'a1', '-w', 'fields'], 4, 'fields not supported as output format'],
  ])('refuses %j', async (argv, code, message) => {
    expect(await runCli(['member', ...argv], undefined)).toMatchObject({ code, out: '', err: `Error: ${message}\n` });
  });
});
