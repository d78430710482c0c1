import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { makeApis } from '../../../src/client/apis.ts';
import { Balancer } from '../../../src/client/balancer.ts';
import { Caller } from '../../../src/client/caller.ts';
import { Token } from '../../../src/client/token.ts';
import { auth } from '../../../src/wire/services/auth.ts';
import { cluster } from '../../../src/wire/services/cluster.ts';
import { kv } from '../../../src/wire/services/kv.ts';
import { lease } from '../../../src/wire/services/lease.ts';
import { maintenance } from '../../../src/wire/services/maintenance.ts';
import { FakeServer } from './support/links.ts';

const services = { kv, lease, cluster, maintenance, auth };
const bare = ['status', 'defragment', 'authEnable', 'authDisable', 'authStatus', 'userList', 'roleList', 'leaseLeases'];
/** Not part of the API: these have no use, or their own way in. */
const without = ['hash', 'authenticate'];

const unaries = Object.entries(services).flatMap(([service, methods]) =>
  Object.entries(methods)
    .filter(([name, { requestStream, responseStream }]) => !requestStream && !responseStream && !without.includes(name))
    .map(([name, { path }]) => [service, name, path] as const),
);

function setUp() {
  const server = new FakeServer('a', 'up', (path) => ({ path }));
  const balancer = new Balancer([server.node], 0);
  const token = new Token({}, async () => ({ header: undefined, token: '' }));
  const apis = makeApis(new Caller(balancer, token, () => undefined), async (error) => error);
  return { server, apis };
}

describe('the API', () => {
  it.each(unaries)('%s.%s calls %s', async (service, name, path) => {
    const { server, apis } = setUp();
    const method: (...args: unknown[]) => Promise<unknown> = Reflect.get(Reflect.get(apis, service), name);
    const request = { some: 'request' };
    const signal = new AbortController().signal;
    // Without its object, as a function that is passed around.
    const response = await (bare.includes(name) ? method({ signal }) : method(request, { signal }));
    expect(response).toEqual({ path });
    expect(server.calls).toMatchObject([{ path, request: bare.includes(name) ? {} : request, options: { signal } }]);
  });
});

it('loads nothing of etcd3 but its RPC clients, and nothing of grpc-js', async () => {
  const { metafile } = await build({
    entryPoints: ['src/client/index.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
  });
  const packages = Object.keys(metafile.inputs).filter(
    (input) => input.includes('node_modules') && !input.includes('@bufbuild'),
  );
  expect(packages.map((input) => input.replace(/^.*node_modules\//, '')).sort()).toEqual([
    'etcd3/lib/errors.js',
    'etcd3/lib/rpc.js',
    'etcd3/lib/util.js',
  ]);
});
