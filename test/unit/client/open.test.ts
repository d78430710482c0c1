import { describe, expect, it } from 'vitest';
import { Deadline } from '../../../src/base/index.ts';
import { StatusCode } from '../../../src/grpc/index.ts';
import { StatusError } from './support/etcd-double.ts';
import { deadEndpoint, double, failureOf, open } from './support/opening.ts';

const key = new TextEncoder().encode('k');

describe('a configuration that makes no client', () => {
  it.each([
    [[], 'the list of endpoints is empty'],
    [['', ' '], 'the list of endpoints is empty'],
    [['etcd://a', 'b:x'], 'etcd://a: unknown scheme etcd://'],
  ])('no endpoints: %j', async (endpoints, line) => {
    const error = await failureOf(open(endpoints));
    expect(error).toMatchObject({ kind: 'construction', message: 'etcdclient: no available endpoints' });
    expect(error.lines()[0]).toBe(line);
    expect(error.lines().at(-1)).toContain('--endpoints (ETCDCTL_ENDPOINTS)');
  });

  it('limits that contradict each other', async () => {
    const error = await failureOf(open(['a:1'], { maxRequestBytes: 20, maxReceiveBytes: 10 }));
    expect(error).toMatchObject({
      kind: 'construction',
      message: 'gRPC message recv limit (10 bytes) must be greater than send limit (20 bytes)',
    });
  });

  it('files that cannot be read, even where no endpoint would use them', async () => {
    const tls = { certFile: '', keyFile: '', caFile: '/nonexistent/ca.crt', serverName: '', skipVerify: false };
    const error = await failureOf(open(['http://a:1'], { tls }));
    expect(error).toMatchObject({ kind: 'config', message: 'open /nonexistent/ca.crt: no such file or directory' });
  });
});

describe('a client', () => {
  it('makes calls, with the etcd client version and its endpoints as they were given', async () => {
    const server = await double({ range: () => ({ count: 3n }) });
    const client = await open([`http://${server.endpoint}/`]);
    expect(client.endpoints).toEqual([`http://${server.endpoint}/`]);
    expect((await client.kv.range({ key })).count).toBe(3n);
    expect(server.calls).toMatchObject([
      { method: 'Range', token: undefined, metadata: { 'client-api-version': '3.7' } },
    ]);
  });

  it('dials nothing before the first call', async () => {
    const client = await open([await deadEndpoint()]);
    client.close();
  });

  it('answers fast when one of its endpoints is dead', async () => {
    const server = await double({ put: () => ({}) });
    const client = await open([await deadEndpoint(), 'b:x', server.endpoint]);
    await client.kv.put({ key }, { deadline: Deadline.after(10_000) });
    expect(server.calls).toHaveLength(1);
  });

  it('goes on with another endpoint when the first dies between calls', async () => {
    const [first, second] = [await double({ put: () => ({}) }), await double({ put: () => ({}) })];
    const client = await open([first.endpoint, second.endpoint]);
    await client.kv.put({ key });
    first.stop();
    // The loss may be noticed only by this call, which must not be made twice then.
    await client.kv.put({ key }).catch(() => undefined);
    await client.kv.put({ key });
    expect(first.calls).toHaveLength(1);
    expect(second.calls.length).toBeGreaterThanOrEqual(1);
  });

  it('reads what the server streams', async () => {
    const blobs = [new Uint8Array([1]), new Uint8Array([2, 3])];
    const server = await double({
      snapshot: () => blobs.map((blob) => ({ blob, version: '3.7.1' })),
      rangeStream: ({ limit }) => [{}, { range_response: { header: undefined, kvs: [], more: true, count: limit } }],
    });
    const client = await open([server.endpoint]);
    const parts: number[] = [];
    for await (const { blob } of client.maintenance.snapshot()) parts.push(...blob);
    expect(parts).toEqual([1, 2, 3]);
    const counts: (bigint | undefined)[] = [];
    for await (const { range_response } of client.kv.rangeStream({ key, limit: 9n }))
      counts.push(range_response?.count);
    expect(counts).toEqual([undefined, 9n]);
  });

  it('fails with the failure of a stream', async () => {
    const server = await double({
      snapshot: () => {
        throw new StatusError(StatusCode.PermissionDenied, 'etcdserver: permission denied');
      },
    });
    const client = await open([server.endpoint]);
    const read = async (): Promise<void> => {
      for await (const _ of client.maintenance.snapshot()) throw new Error('nothing should come');
    };
    expect(await failureOf(read())).toMatchObject({ message: 'etcdserver: permission denied', kind: 'rpc' });
  });

  it('keeps a lease alive, once and on', async () => {
    const server = await double({ keepAlive: ({ ID }) => ({ ID, TTL: ID === 7n ? 9n : 0n }) });
    const client = await open([server.endpoint]);
    expect(await client.lease.keepAliveOnce(7n)).toMatchObject({ ID: 7n, TTL: 9n });
    expect(await failureOf(client.lease.keepAliveOnce(8n))).toMatchObject({
      message: 'etcdserver: requested lease not found',
    });
    for await (const { TTL } of client.lease.keepAlive(7n)) {
      expect(TTL).toBe(9n);
      break;
    }
    for await (const _ of client.lease.keepAlive(8n)) throw new Error('the lease is gone');
    expect(server.calls.map(({ metadata }) => metadata.hasleader)).toEqual([undefined, undefined, 'true', 'true']);
  });

  it('watches, and asks every watch for its progress', async () => {
    const header = { revision: 5n, cluster_id: 1n, member_id: 1n, raft_term: 1n };
    const server = await double({
      watch: ({ create_request, progress_request }) => [
        ...(create_request ? [{ header, created: true }] : []),
        ...(progress_request ? [{ header, watch_id: -1n }] : []),
      ],
    });
    const client = await open([server.endpoint]);
    const ends = ['a', 'b'].map(async (name) => {
      for await (const update of client.watch.watch({ key: new TextEncoder().encode(name) }, { yieldCreated: true })) {
        if (update.created) client.watch.requestProgress();
        else return update.isProgressNotify;
      }
      return undefined;
    });
    expect(await Promise.all(ends)).toEqual([true, true]);
    expect(server.calls[0]?.metadata).toMatchObject({ hasleader: 'true', 'client-api-version': '3.7' });
  });

  it('ends every call when it is closed, watches without a word', async () => {
    const server = await double({ watch: () => [{ created: true }] });
    const client = await open([server.endpoint]);
    const seen: string[] = [];
    for await (const update of client.watch.watch({ key }, { yieldCreated: true })) {
      seen.push(update.created ? 'created' : update.cancelReason);
      client.close();
    }
    expect(seen).toEqual(['created']);
    expect(await failureOf(client.kv.put({ key }))).toMatchObject({ code: StatusCode.Canceled });
  });
});
