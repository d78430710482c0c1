import type { LeaseKeepAliveResponse, RangeRequest, RangeStreamResponse } from '../wire/index.ts';
import type { Init } from '../wire/index.ts';
import type { CallBounds, Client, KvApi, LeaseApi, MaintenanceApi, WatchApi, WatchSpec, WatchUpdate } from './api.ts';
import { Callable, type Fail } from './callable.ts';
import type { Caller } from './caller.ts';
import { etcd3Clients, type Etcd3Clients, etcd3Streams } from './etcd3-clients.ts';
import { Recovery } from './recovery.ts';
import { readStream } from './server-stream.ts';
import type { WatchOptions } from './watch/index.ts';

/** Streams that must notice when their member has lost its leader say so. */
const NEEDS_LEADER = { hasleader: 'true' };
/** A watch outlasts an election, but not the loss of the quorum. */
const LEADER_PATIENCE_MS = 5000;

/** What the parts of the API are made of. */
interface Parts {
  readonly caller: Caller;
  readonly callable: Callable;
  readonly fail: Fail;
  readonly etcd3: Etcd3Clients;
}

export function makeApis(
  caller: Caller,
  fail: Fail,
): Pick<Client, 'kv' | 'lease' | 'watch' | 'cluster' | 'maintenance' | 'auth'> {
  const callable = new Callable(caller, fail);
  const etcd3 = etcd3Clients(callable);
  const parts = { caller, callable, fail, etcd3 };
  return {
    kv: kvApi(parts),
    lease: leaseApi(parts),
    watch: watchApi(parts),
    cluster: etcd3.cluster,
    maintenance: maintenanceApi(parts),
    auth: etcd3.auth,
  };
}

function kvApi({ caller, fail, etcd3 }: Parts): KvApi {
  const open = async (request: Init<RangeRequest>, bounds: CallBounds): Promise<AsyncIterable<RangeStreamResponse>> => {
    // etcd3 does not know this call; it goes over the same channels.
    const [node, { kv }] = await Promise.all([caller.ready(bounds), import('../wire/services/kv.ts')]);
    const call = caller.open(node, kv.rangeStream, bounds, {});
    call.write(request).catch(() => undefined);
    call.end();
    return call;
  };
  return {
    ...etcd3.kv,
    rangeStream: (request, bounds = {}) => readStream(() => open(request, bounds), new Recovery(caller), bounds, fail),
  };
}

function maintenanceApi({ caller, callable, fail, etcd3 }: Parts): MaintenanceApi {
  return {
    ...etcd3.maintenance,
    snapshot: (bounds = {}) =>
      readStream(() => etcd3Streams.snapshot(callable.forStream(bounds)), new Recovery(caller), bounds, fail),
  };
}

function leaseApi({ caller, callable, fail, etcd3 }: Parts): LeaseApi {
  const source = (metadata = {}) => ({
    open: (bounds: CallBounds) => etcd3Streams.keepAlive(callable.forStream(bounds, metadata)),
    recovery: new Recovery(caller),
    fail,
  });
  async function* keepAlive(
    id: bigint,
    bounds: CallBounds = {},
  ): AsyncGenerator<LeaseKeepAliveResponse, undefined, undefined> {
    const module = await import('./lease-keepalive.ts');
    yield* module.keepAlive(id, source(NEEDS_LEADER), bounds);
  }
  return {
    ...etcd3.lease,
    keepAlive,
    keepAliveOnce: async (id, bounds = {}) => {
      const module = await import('./lease-keepalive-once.ts');
      return module.keepAliveOnce(id, source(), bounds);
    },
  };
}

function watchApi({ caller, callable, fail }: Parts): WatchApi {
  const open = new Set<{ requestProgress(): void }>();
  async function* watch(
    spec: WatchSpec,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchUpdate, undefined, undefined> {
    const { Watcher } = await import('./watch/index.ts');
    const source = {
      open: (bounds: CallBounds) => etcd3Streams.watch(callable.forStream(bounds, NEEDS_LEADER)),
      recovery: new Recovery(caller, LEADER_PATIENCE_MS),
      fail,
    };
    const watcher = new Watcher(spec, source, options);
    open.add(watcher);
    try {
      for await (const update of watcher.updates()) {
        // The end of the client is nothing that its owner has to be told.
        if (caller.isClosed) return;
        yield update;
      }
    } finally {
      open.delete(watcher);
    }
  }
  return {
    watch,
    requestProgress: () => {
      for (const watcher of open) watcher.requestProgress();
    },
  };
}
