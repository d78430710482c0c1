import { LeaseClient, WatchClient } from 'etcd3/lib/rpc.js';
import { afterEach, describe, expect, it } from 'vitest';
import { Balancer } from '../../../src/client/balancer.ts';
import { Callable } from '../../../src/client/callable.ts';
import { Caller } from '../../../src/client/caller.ts';
import { readEndpoints } from '../../../src/client/endpoints.ts';
import { Node } from '../../../src/client/node.ts';
import { Token } from '../../../src/client/token.ts';
import { Channel, StatusCode } from '../../../src/grpc/index.ts';
import { EtcdDouble, StatusError } from './support/etcd-double.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** etcd3's own clients over the seam, used as etcd3 documents them: by events. */
async function seam(handlers: EtcdDouble['handlers']): Promise<{ callable: Callable; node: Node }> {
  const server = await new EtcdDouble(handlers).start();
  const [endpoint] = readEndpoints([server.endpoint], false);
  if (endpoint === undefined || 'problem' in endpoint) throw new Error('no endpoint');
  const node = new Node(endpoint, ({ address }) => new Channel(address));
  const balancer = new Balancer([node], 0);
  cleanups.push(
    () => balancer.close(),
    () => server.stop(),
  );
  const token = new Token({}, async () => ({ header: undefined, token: '' }));
  return { callable: new Callable(new Caller(balancer, token, () => undefined), async (error) => error), node };
}

describe("a stream through etcd3's clients", () => {
  it('emits data, then its end and status', async () => {
    const { callable } = await seam({ keepAlive: ({ ID }) => ({ ID, TTL: 5n }) });
    const stream = await new LeaseClient(callable).leaseKeepAlive();
    const seen: unknown[] = [];
    const ended = new Promise<unknown>((resolve) => {
      stream.on('data', (message) => {
        seen.push(message);
        if (seen.length === 2) stream.end();
        else stream.write({ ID: '8' });
      });
      stream.on('end', () => resolve('end'));
      stream.on('status', (status) => seen.push(status.code));
    });
    stream.write({ ID: '7' });
    expect(await ended).toBe('end');
    expect(seen).toMatchObject([{ ID: 7n, TTL: 5n }, { ID: 8n }, StatusCode.OK]);
  });

  it('emits its error, and the endpoint is known to have failed', async () => {
    const { callable, node } = await seam({
      watch: () => {
        throw new StatusError(StatusCode.Unavailable, 'etcdserver: no leader');
      },
    });
    const stream = await new WatchClient(callable).watch();
    const error = new Promise<Error>((resolve) => stream.on('error', resolve));
    stream.on('data', () => undefined);
    stream.write({ progress_request: {} });
    expect(await error).toMatchObject({ code: StatusCode.Unavailable, details: 'etcdserver: no leader' });
    expect(node.failure).toMatchObject({ code: StatusCode.Unavailable, details: 'etcdserver: no leader' });
  });

  it('is given up with cancel', async () => {
    const { callable, node } = await seam({ watch: () => [] });
    const stream = await new WatchClient(callable).watch();
    const error = new Promise<Error>((resolve) => stream.on('error', resolve));
    stream.cancel();
    expect(await error).toMatchObject({ code: StatusCode.Canceled });
    // Which is no fault of the endpoint.
    expect(node.failure).toBeUndefined();
  });
});
