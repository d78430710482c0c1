import { describe, expect, it } from 'vitest';
import { ClientError } from '../../../src/client/index.ts';
import type { ChildExit } from '../../../src/cli/io.ts';
import { runCli } from '../../support/cli.ts';
import { fakeClient, stream, type Stubs } from '../../support/fake-client.ts';
import { fakeIo } from '../../support/fake-io.ts';
import { until } from '../../support/until.ts';
import { bytes, firstOf, LEASE, leaseStubs, written } from './sessions.ts';

const key = bytes('jobs/1669a2036add6cf8');
const header = { revision: 130n };

type KvStubs = NonNullable<Stubs['kv']>;

/** A lock nobody else wants: the transaction that asks for it gets it. */
const free: KvStubs = {
  txn: { header, succeeded: true, responses: [{ response_put: {} }, { response_range: { kvs: [] } }] },
  deleteRange: { deleted: 1n },
};

const own = { key, create_revision: 130n, mod_revision: 130n, version: 1n, lease: LEASE };
const owned: KvStubs = { ...free, range: { header, kvs: [own], count: 1n } };

/** A lock that another holds, who leaves only if `left` fires. */
const taken = (left: AbortSignal | undefined, revision = 130n): Stubs => ({
  kv: {
    txn: {
      header: { revision },
      succeeded: true,
      responses: [{ response_put: {} }, { response_range: { kvs: [{ key: bytes('jobs/1'), create_revision: 7n }] } }],
    },
    deleteRange: { deleted: 1n },
  },
  watch: {
    watch: (_spec, bounds) =>
      stream(
        (async function* () {
          await firstOf([left, bounds?.signal]);
          if (left?.aborted) yield { events: [{ type: 1 as const }] };
        })(),
      ),
  },
});

describe('lock without a command', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('prints the key, holds on, releases and revokes at %s', async (signal) => {
    const client = fakeClient({ kv: owned, lease: leaseStubs() });
    const io = fakeIo();
    const running = runCli(['lock', 'jobs'], client, { io });
    await written(io, '\n\n');
    io.interrupt(signal);
    expect(await running).toMatchObject({ code: 0, out: 'jobs/1669a2036add6cf8\n\n', err: '' });
    client.verify();
    expect(client.calls.map(({ method }) => method)).toEqual([
      'lease.leaseGrant',
      'lease.keepAlive',
      'kv.txn',
      'kv.range',
      'kv.deleteRange',
      'lease.leaseRevoke',
    ]);
    expect(client.requests('lease.leaseGrant')).toEqual([{ TTL: 10n }]);
    expect(client.requests('kv.deleteRange')).toEqual([{ key }]);
    expect(client.requests('lease.leaseRevoke')).toEqual([{ ID: LEASE }]);
  });

  it('prints JSON as get does', async () => {
    const io = fakeIo();
    const running = runCli(['lock', 'jobs', '-w', 'json'], fakeClient({ kv: owned, lease: leaseStubs() }), { io });
    await written(io, '}\n');
    io.interrupt('SIGINT');
    expect((await running).out).toBe(
      '{"header":{"revision":130},"kvs":[{"key":"am9icy8xNjY5YTIwMzZhZGQ2Y2Y4","create_revision":130,"mod_revision":130,"version":1,"lease":1615000076950531320}],"count":1}\n',
    );
  });

  it('says that the session has expired when the lease is lost', async () => {
    const lost = new AbortController();
    const io = fakeIo();
    const running = runCli(['lock', 'jobs'], fakeClient({ kv: owned, lease: leaseStubs(lost.signal) }), { io });
    await written(io, '\n\n');
    lost.abort();
    expect(await running).toMatchObject({ code: 1, err: 'Error: session expired\n' });
  });

  it('says so when the key is gone at the first look', async () => {
    const client = fakeClient({ kv: { ...free, range: {} }, lease: leaseStubs() });
    expect(await runCli(['lock', 'jobs'], client)).toMatchObject({ code: 1, err: 'Error: lock lost on init\n' });
  });

  it('says how long the lock stays taken when it cannot be released', async () => {
    const failure = new ClientError('rpc', 'context deadline exceeded', {
      explanations: [{ endpoint: 'a:1', cause: 'connection refused' }],
    });
    const io = fakeIo();
    const client = fakeClient({ kv: { ...owned, deleteRange: failure }, lease: leaseStubs() });
    const running = runCli(['lock', 'jobs', '--ttl=33'], client, { io });
    await written(io, '\n\n');
    io.interrupt('SIGINT');
    expect(await running).toMatchObject({
      code: 1,
      err: 'Error: context deadline exceeded\n  the lock may stay taken until its lease runs out, 33s after it was last renewed\n  a:1: connection refused\n',
    });
  });

  it('holds its tongue about a lease that cannot be revoked: it ends by itself', async () => {
    const io = fakeIo();
    const lease = { ...leaseStubs(), leaseRevoke: new ClientError('rpc', 'context deadline exceeded') };
    const running = runCli(['lock', 'jobs'], fakeClient({ kv: owned, lease }), { io });
    await written(io, '\n\n');
    io.interrupt('SIGINT');
    expect(await running).toMatchObject({ code: 0, err: '' });
  });

  it('passes names byte for byte', async () => {
    const client = fakeClient({ kv: { ...free, range: {} }, lease: leaseStubs() });
    await runCli(['lock', 'a\udcff'], client); // how the byte 0xff comes from the command line
    expect(client.requests('kv.range')).toHaveProperty('0.key.1', 0xff);
  });
});

describe('waiting for a lock', () => {
  it('gets it when the holder before has left', async () => {
    const left = new AbortController();
    const io = fakeIo();
    const { kv, watch } = taken(left.signal);
    const client = fakeClient({
      kv: {
        ...kv,
        range: [
          { header, kvs: [{ key: bytes('jobs/1'), create_revision: 7n }] },
          { header: { revision: 140n } },
          { header: { revision: 141n }, kvs: [own] },
          { header: { revision: 142n }, kvs: [own], count: 1n },
        ],
      },
      watch: watch!,
      lease: leaseStubs(),
    });
    const running = runCli(['lock', 'jobs'], client, { io });
    expect(io.out()).toBe('');
    left.abort();
    await written(io, 'jobs/1669a2036add6cf8\n\n');
    io.interrupt('SIGINT');
    expect(await running).toMatchObject({ code: 0, err: '' });
    expect(client.requests('watch.watch')).toMatchObject([{ key: bytes('jobs/1'), startRevision: 131n }]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('takes its own key away at %s', async (signal) => {
    const io = fakeIo();
    const { kv, watch } = taken(undefined);
    const client = fakeClient({
      kv: { ...kv, range: { header, kvs: [{ key: bytes('jobs/1'), create_revision: 7n }] } },
      watch: watch!,
      lease: leaseStubs(),
    });
    const running = runCli(['lock', 'jobs', 'true'], client, { io });
    await until(() => client.requests('watch.watch').length > 0);
    io.interrupt(signal);
    expect(await running).toMatchObject({ code: 1, out: '', err: 'Error: context canceled\n' });
    client.verify();
    expect(client.requests('kv.deleteRange')).toEqual([{ key }]);
    expect(client.requests('lease.leaseRevoke')).toEqual([{ ID: LEASE }]);
  });
});

const ended = (exit: ChildExit) => async (): Promise<ChildExit> => exit;

describe('lock with a command', () => {
  it.each<[string, ChildExit, number, string]>([
    ['ends well', { code: 0 }, 0, ''],
    ['fails', { code: 7 }, 7, 'Error: exit status 7\n'],
    ['is killed', { code: -1, signal: 'killed' }, 255, 'Error: signal: killed\n'],
    [
      'cannot be started',
      { code: -1, startError: 'fork/exec /nonexistent: no such file or directory' },
      1,
      'Error: fork/exec /nonexistent: no such file or directory\n',
    ],
  ])('passes on that it %s, after the release', async (_name, exit, code, err) => {
    const client = fakeClient({ kv: free, lease: leaseStubs() });
    expect(await runCli(['lock', 'jobs', 'x'], client, { runChild: ended(exit) })).toMatchObject({
      code,
      out: '',
      err,
    });
    client.verify();
    expect(client.requests('kv.deleteRange')).toEqual([{ key }]);
    expect(client.requests('lease.leaseRevoke')).toEqual([{ ID: LEASE }]);
  });

  it('gives it the words after the name, flags after --, and tells it the key and its revision', async () => {
    const seen: unknown[] = [];
    const client = fakeClient({ kv: free, lease: leaseStubs() });
    await runCli(['lock', '--ttl', '77', 'jobs', '--', 'sh', '-c', 'exit 0'], client, {
      runChild: async (command, { env }) => {
        seen.push(command, env);
        return { code: 0 };
      },
    });
    expect(seen).toEqual([['sh', '-c', 'exit 0'], { ETCD_LOCK_KEY: 'jobs/1669a2036add6cf8', ETCD_LOCK_REV: '130' }]);
    expect(client.requests('lease.leaseGrant')).toEqual([{ TTL: 77n }]);
  });

  it('lets it go on when a signal comes', async () => {
    const io = fakeIo({
      runChild: async () => {
        io.interrupt('SIGTERM');
        await new Promise((resolve) => setImmediate(resolve));
        return { code: 3 };
      },
    });
    const client = fakeClient({ kv: free, lease: leaseStubs() });
    expect(await runCli(['lock', 'jobs', 'x'], client, { io })).toMatchObject({ code: 3 });
    client.verify();
  });

  it('warns when the lock is lost while it runs', async () => {
    const lost = new AbortController();
    const client = fakeClient({ kv: free, lease: leaseStubs(lost.signal) });
    const { code, err } = await runCli(['lock', 'jobs', 'x'], client, {
      runChild: async () => {
        lost.abort();
        await new Promise((resolve) => setTimeout(resolve, 5));
        return { code: 0 };
      },
    });
    expect({ code, err }).toEqual({
      code: 0,
      err: 'Warning: the lock was lost while the command runs: its lease is gone\n',
    });
  });

  it('reports the failure of the command before that of the release', async () => {
    const kv = { ...free, deleteRange: new ClientError('rpc', 'etcdserver: request timed out') };
    const { code, err } = await runCli(['lock', 'jobs', 'x'], fakeClient({ kv, lease: leaseStubs() }), {
      runChild: ended({ code: 7 }),
    });
    expect(code).toBe(7);
    expect(err).toBe(
      'Error: exit status 7\n  etcdserver: request timed out\n  the lock may stay taken until its lease runs out, 10s after it was last renewed\n',
    );
  });
});

describe('lock refuses', () => {
  it('a missing name', async () => {
    expect(await runCli(['lock'], undefined)).toMatchObject({
      code: 128,
      err: 'Error: lock takes a lock name argument and an optional command to execute\n',
    });
  });

  it.each(['table'])('-w %s before it takes the lock', async (format) => {
    expect(await runCli(['lock', 'jobs', '-w', format], undefined)).toMatchObject({
      code: 4,
      err: `Error: ${format} not supported as output format\n`,
    });
  });

  it('no output format for a command, which prints what it likes', async () => {
    const client = fakeClient({ kv: free, lease: leaseStubs() });
    const { code } = await runCli(['lock', 'jobs', '-w', 'table', 'x'], client, {
      runChild: async () => ({ code: 0 }),
    });
    expect(code).toBe(0);
  });

  it.each(['0', '-5'])('a --ttl of %s, but takes etcdctl’s 60 seconds and says so', async (ttl) => {
    const client = fakeClient({ kv: free, lease: leaseStubs() });
    const { code, err } = await runCli(['lock', `--ttl=${ttl}`, 'jobs', 'x'], client, {
      runChild: async () => ({ code: 0 }),
    });
    expect({ code, err }).toEqual({ code: 0, err: 'Warning: --ttl must be above zero: 60 seconds are used\n' });
    expect(client.requests('lease.leaseGrant')).toEqual([{ TTL: 60n }]);
  });

  it('a lease the server does not grant', async () => {
    const lease = { leaseGrant: new ClientError('rpc', 'etcdserver: too large lease TTL') };
    expect(await runCli(['lock', 'jobs', '--ttl=9000000001'], fakeClient({ lease }))).toMatchObject({
      code: 1,
      err: 'Error: etcdserver: too large lease TTL\n',
    });
  });
});
