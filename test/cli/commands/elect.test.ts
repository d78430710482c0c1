import { describe, expect, it } from 'vitest';
import { ClientError } from '../../../src/client/index.ts';
import { runCli } from '../../support/cli.ts';
import { fakeClient, stream, type Stubs } from '../../support/fake-client.ts';
import { fakeIo } from '../../support/fake-io.ts';
import { until } from '../../support/until.ts';
import { bytes, firstOf, LEASE, leaseStubs, nothingUntil, written } from './sessions.ts';

const key = bytes('el/1669a2036add6cf8');
const header = { revision: 160n };
const own = { key, create_revision: 160n, mod_revision: 160n, version: 1n, value: bytes('prop'), lease: LEASE };
const shown = 'el/1669a2036add6cf8\nprop\n';

type KvStubs = NonNullable<Stubs['kv']>;
type WatchStub = NonNullable<NonNullable<Stubs['watch']>['watch']>;

/** Two transactions: the candidacy and the resignation. The first range looks for older candidates, the second is printed. */
const unopposed: KvStubs = {
  txn: [
    { header, succeeded: true, responses: [{ response_put: {} }] },
    { header: { revision: 161n }, succeeded: true },
  ],
  range: [{ header }, { header, kvs: [own], count: 1n }],
};

describe('elect NAME PROPOSAL', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('leads until %s, then resigns and revokes', async (signal) => {
    const client = fakeClient({ kv: unopposed, lease: leaseStubs() });
    const io = fakeIo();
    const running = runCli(['elect', 'el', 'prop'], client, { io });
    await written(io, 'prop\n');
    io.interrupt(signal);
    expect(await running).toMatchObject({ code: 0, out: shown, err: '' });
    client.verify();
    expect(client.requests('lease.leaseGrant')).toEqual([{ TTL: 60n }]);
    const created = (revision: bigint) => ({ key, result: 0, target: 1, create_revision: revision });
    expect(client.requests('kv.txn')).toEqual([
      {
        compare: [created(0n)],
        success: [{ request_put: { key, value: bytes('prop'), lease: LEASE } }],
        failure: [{ request_range: { key } }],
      },
      { compare: [created(160n)], success: [{ request_delete_range: { key } }] },
    ]);
    expect(client.requests('lease.leaseRevoke')).toEqual([{ ID: LEASE }]);
  });

  it('withdraws when it is interrupted before it has won', async () => {
    const io = fakeIo();
    const client = fakeClient({
      kv: {
        txn: { header, succeeded: true, responses: [{ response_put: {} }] },
        range: { header, kvs: [{ key: bytes('el/1'), create_revision: 7n }] },
        deleteRange: {},
      },
      watch: { watch: (_spec, bounds) => stream(nothingUntil([bounds?.signal])) },
      lease: leaseStubs(),
    });
    const running = runCli(['elect', 'el', 'prop'], client, { io });
    await until(() => client.requests('watch.watch').length > 0);
    io.interrupt('SIGINT');
    expect(await running).toMatchObject({ code: 1, out: '', err: 'Error: context canceled\n' });
    client.verify();
  });

  it('says that the session has expired when the lease is lost', async () => {
    const lost = new AbortController();
    const io = fakeIo();
    const kv = { ...unopposed, txn: { header, succeeded: true, responses: [{ response_put: {} }] } };
    const running = runCli(['elect', 'el', 'prop'], fakeClient({ kv, lease: leaseStubs(lost.signal) }), { io });
    await written(io, 'prop\n');
    lost.abort();
    expect(await running).toMatchObject({ code: 1, err: 'Error: elect: session expired\n' });
  });

  it('says how long the leadership stays taken when it cannot resign', async () => {
    const io = fakeIo();
    const kv: KvStubs = {
      ...unopposed,
      txn: [
        { header, succeeded: true, responses: [{ response_put: {} }] },
        new ClientError('rpc', 'context deadline exceeded'),
      ],
    };
    const running = runCli(['elect', 'el', 'prop'], fakeClient({ kv, lease: leaseStubs() }), { io });
    await written(io, 'prop\n');
    io.interrupt('SIGTERM');
    expect(await running).toMatchObject({
      code: 1,
      err: 'Error: context deadline exceeded\n  the leadership may stay taken until its lease runs out, 60s after it was last renewed\n',
    });
  });

  it('proposes byte for byte', async () => {
    const client = fakeClient({ kv: { txn: new ClientError('rpc', 'no'), deleteRange: {} }, lease: leaseStubs() });
    await runCli(['elect', 'el', '\udcff'], client);
    expect(client.requests('kv.txn')).toHaveProperty('0.success.0.request_put.value.0', 0xff);
  });
});

const leader = (value: string, revision: bigint) => ({
  key: bytes('el/1'),
  create_revision: 100n,
  mod_revision: revision,
  version: 1n,
  value: bytes(value),
});

/** The leader proclaims anew; then nothing more happens. */
const proclaims: WatchStub = (_spec, bounds) =>
  stream(
    (async function* () {
      yield { header: { revision: 201n }, events: [{ type: 0 as const, kv: leader('p2', 201n) }] };
      await firstOf([bounds?.signal]);
    })(),
  );

describe('elect -l NAME', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('prints the leader and what it proclaims, until %s', async (signal) => {
    const io = fakeIo();
    const client = fakeClient({
      kv: { range: { header: { revision: 200n }, kvs: [leader('p1', 200n)], count: 1n } },
      watch: { watch: proclaims },
    });
    const running = runCli(['elect', '-l', 'el', '-w', 'json'], client, { io });
    await written(io, 'cDI=');
    io.interrupt(signal);
    expect(await running).toMatchObject({
      code: 0,
      err: '',
      // Without a count, as etcdctl has it here.
      out:
        '{"header":{"revision":200},"kvs":[{"key":"ZWwvMQ==","create_revision":100,"mod_revision":200,"version":1,"value":"cDE="}]}\n' +
        '{"header":{"revision":201},"kvs":[{"key":"ZWwvMQ==","create_revision":100,"mod_revision":201,"version":1,"value":"cDI="}]}\n',
    });
    client.verify();
  });

  it('ends well when it is interrupted while it looks the leader up', async () => {
    const io = fakeIo();
    const client = fakeClient({
      kv: {
        range: async (_request, bounds) => {
          io.interrupt('SIGINT');
          await firstOf([bounds?.signal]);
          return new ClientError('rpc', 'context canceled');
        },
      },
    });
    expect(await runCli(['elect', '-l', 'el'], client, { io })).toMatchObject({ code: 0, out: '', err: '' });
  });

  it('says that the observer is lost when the watch ends, and why where that is known', async () => {
    const lost = { kv: { range: { header, kvs: [leader('p1', 160n)] } }, watch: { watch: stream([]) } };
    expect(await runCli(['elect', '-l', 'el'], fakeClient(lost))).toMatchObject({
      code: 1,
      out: 'el/1\np1\n',
      err: 'Error: elect: observer lost\n',
    });
    const refused = new ClientError('rpc', 'etcdserver: permission denied', {
      explanations: [{ cause: 'the user may not read this', hint: 'ask root' }],
    });
    expect(await runCli(['elect', '-l', 'el'], fakeClient({ kv: { range: refused } }))).toMatchObject({
      code: 1,
      err: 'Error: elect: observer lost\n  etcdserver: permission denied\n  the user may not read this\n  hint: ask root\n',
    });
  });
});

describe('elect refuses', () => {
  it.each<[string, readonly string[], string]>([
    ['no name', [], 'elect takes one election name argument and an optional proposal argument'],
    ['too many words', ['a', 'b', 'c'], 'elect takes one election name argument and an optional proposal argument'],
    ['no proposal', ['a'], 'no proposal argument but -l not set'],
    ['a proposal with -l', ['-l', 'a', 'b'], 'proposal given but -l is set'],
    ['a proposal with --listen', ['a', 'b', '--listen'], 'proposal given but -l is set'],
  ])('%s', async (_name, words, text) => {
    expect(await runCli(['elect', ...words], undefined)).toMatchObject({ code: 128, err: `Error: ${text}\n` });
  });

  it.each([
    ['elect', 'a', 'b'],
    ['elect', '-l', 'a'],
  ])('-w table before it does anything (%s %s)', async (...words) => {
    expect(await runCli([...words, '-w', 'table'], undefined)).toMatchObject({
      code: 4,
      err: 'Error: table not supported as output format\n',
    });
  });
});
