import { describe, expect, it, vi } from 'vitest';
import { Deadline } from '../../../src/base/index.ts';
import type { Explanation } from '../../../src/client/index.ts';
import { StatusCode } from '../../../src/grpc/index.ts';
import { freePorts } from '../../support/ports.ts';
import { EtcdDouble, StatusError } from './support/etcd-double.ts';
import { cleanups, deadEndpoint, double, failureOf, open } from './support/opening.ts';

const key = new TextEncoder().encode('k');
const soon = () => ({ deadline: Deadline.after(300) });

const failWith = (details: string) => () => {
  throw new StatusError(StatusCode.OutOfRange, details);
};

describe('a failure', () => {
  it("keeps Go's sentence and names the cause per endpoint", async () => {
    const endpoints = [await deadEndpoint(), 'b:x'];
    const client = await open(endpoints);
    const error = await failureOf(client.kv.range({ key }, soon()));
    expect(error).toMatchObject({
      kind: 'rpc',
      message: 'context deadline exceeded',
      code: StatusCode.DeadlineExceeded,
    });
    expect(error.lines()).toEqual([
      `${endpoints[0]}: connection refused`,
      'b:x: x is not a port (1 to 65535)',
      'hint: is etcd running there? check --endpoints (ETCDCTL_ENDPOINTS)',
      'hint: check --endpoints (ETCDCTL_ENDPOINTS)',
    ]);
  });

  it('that was retried until the deadline tells what the server said', async () => {
    const server = await double({
      range: () => {
        throw new StatusError(StatusCode.Unavailable, 'etcdserver: no leader');
      },
    });
    const client = await open([server.endpoint]);
    const error = await failureOf(client.kv.range({ key }, soon()));
    expect(error.message).toBe('context deadline exceeded');
    expect(error.lines()[0]).toMatch(/: this member sees no leader/);
  });

  it('of a call that waits without end is told as soon as it is known, and again when it changes', async () => {
    const port = (await freePorts(1))[0]!;
    const told: Explanation[][] = [];
    const stop = new AbortController();
    const client = await open([`127.0.0.1:${port}`], {}, { onRetry: (explanations) => told.push([...explanations]) });
    const call = client.kv.range({ key }, { signal: stop.signal });
    await vi.waitFor(() => expect(told).toHaveLength(1), 5000);
    expect(told[0]).toMatchObject([{ endpoint: `127.0.0.1:${port}`, cause: 'connection refused' }]);
    const server = await new EtcdDouble({ range: () => ({ count: 1n }) }).start(port);
    cleanups.push(() => server.stop());
    expect((await call).count).toBe(1n);
    expect(told).toHaveLength(1);
    server.stop();
    const again = client.kv.range({ key }, { signal: stop.signal }).catch(() => undefined);
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(1), 5000);
    stop.abort();
    await again;
  });

  it('says nothing of a call that was cancelled', async () => {
    const client = await open([await deadEndpoint()]);
    const error = await failureOf(client.kv.range({ key }, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ message: 'context canceled', explanations: [] });
  });

  it('is told to who debugs, attempt by attempt', async () => {
    const server = await double({
      put: () => {
        throw new StatusError(StatusCode.InvalidArgument, 'etcdserver: key is not provided');
      },
    });
    const debug = vi.fn();
    const client = await open([server.endpoint], {}, { debug });
    await failureOf(client.kv.put({}));
    expect(debug.mock.calls).toEqual([
      [
        `/etcdserverpb.KV/Put at ${server.endpoint}, attempt 0: rpc error: code = InvalidArgument desc = etcdserver: key is not provided`,
      ],
    ]);
  });

  it('at the limits of sizes names the flag', async () => {
    const server = await double({
      range: () => ({
        kvs: [{ key, value: new Uint8Array(5000), create_revision: 1n, mod_revision: 1n, version: 1n, lease: 0n }],
      }),
    });
    const client = await open([server.endpoint], { maxRequestBytes: 1000, maxReceiveBytes: 4000 });
    const tooLong = await failureOf(client.kv.put({ key, value: new Uint8Array(2000) }));
    expect(tooLong.message).toMatch(
      /^rpc error: code = ResourceExhausted desc = trying to send message larger than max \(20\d\d vs\. 1000\)$/,
    );
    expect(tooLong.lines().join()).toContain('--max-request-bytes (ETCDCTL_MAX_REQUEST_BYTES)');
    const tooMuch = await failureOf(client.kv.range({ key }));
    expect(tooMuch.message).toMatch(/^rpc error: code = ResourceExhausted desc = .*received message larger than max/);
    expect(tooMuch.lines().join()).toContain('--max-recv-bytes (ETCDCTL_MAX_RECV_BYTES)');
  });

  describe('of a revision', () => {
    const header = { cluster_id: 1n, member_id: 1n, revision: 42n, raft_term: 1n };
    const future = failWith('etcdserver: mvcc: required revision is a future revision');
    const compacted = failWith('etcdserver: mvcc: required revision has been compacted');

    it.each<[string, EtcdDouble['handlers'], string]>([
      ['in the future', { range: future, status: () => ({ header }) }, 'the cluster is at revision 42'],
      ['in the future of a server that says no more', { range: future }, 'the cluster has not reached this revision'],
      [
        'that is compacted',
        { range: compacted, watch: () => [{ created: true }, { canceled: true, compact_revision: 30n }] },
        'the history before revision 30 has been thrown away by compaction',
      ],
      [
        'that is compacted, where the watch is refused',
        { range: compacted, watch: () => [{ created: true, canceled: true }] },
        'the history at this revision has been thrown away by compaction',
      ],
      [
        'that is compacted, on a server without watches',
        { range: compacted },
        'the history at this revision has been thrown away by compaction',
      ],
    ])('%s', async (_, handlers, line) => {
      const server = await double(handlers);
      const client = await open([server.endpoint]);
      expect((await failureOf(client.kv.range({ key }))).lines()[0]).toBe(line);
    });
  });
});
