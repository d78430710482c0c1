import { AuthClient, ClusterClient, KVClient, LeaseClient, MaintenanceClient, WatchClient } from 'etcd3/lib/rpc.js';
import type * as pb from '../wire/index.ts';
import type { Init } from '../wire/index.ts';
import type { AuthApi, ClusterApi, KvApi, LeaseApi, MaintenanceApi } from './api.ts';
import type { Callable } from './callable.ts';
import type { RpcStream } from './rpc-stream.ts';

/** What etcd3's clients have of our API; the rest is built beside them. */
export interface Etcd3Clients {
  readonly kv: Omit<KvApi, 'rangeStream'>;
  readonly lease: Omit<LeaseApi, 'keepAlive' | 'keepAliveOnce'>;
  readonly cluster: ClusterApi;
  readonly maintenance: Omit<MaintenanceApi, 'snapshot'>;
  readonly auth: AuthApi;
}

/**
 * etcd3's RPC clients under the types of what really comes out. Its own declarations have strings for 64-bit
 * numbers, lack the fields of the last years and mis-spell enum values; the messages are decoded by our codecs,
 * so they are ours. This file is the one place where the two are equated.
 */
export function etcd3Clients(callable: Callable): Etcd3Clients {
  return {
    kv: bound(new KVClient(callable)),
    lease: bound(new LeaseClient(callable)),
    cluster: bound(new ClusterClient(callable)),
    maintenance: bound(new MaintenanceClient(callable)),
    auth: bound(new AuthClient(callable)),
  };
}

export type WatchStream = RpcStream<Init<pb.WatchRequest>, pb.WatchResponse>;
export type KeepAliveStream = RpcStream<Init<pb.LeaseKeepAliveRequest>, pb.LeaseKeepAliveResponse>;
export type SnapshotStream = RpcStream<never, pb.SnapshotResponse>;

/** Streams through etcd3's clients; the callable brings their bounds. */
export const etcd3Streams = {
  watch: async (callable: Callable): Promise<WatchStream> => ours(await new WatchClient(callable).watch()),
  keepAlive: async (callable: Callable): Promise<KeepAliveStream> =>
    ours(await new LeaseClient(callable).leaseKeepAlive()),
  snapshot: async (callable: Callable): Promise<SnapshotStream> =>
    ours(await new MaintenanceClient(callable).snapshot()),
};

/** Methods that may be passed around without their object. Reflection gives up their types, which is the point here. */
function bound(client: object): ReturnType<typeof Reflect.get> {
  const methods = Object.create(null);
  for (const name of Reflect.ownKeys(Object.getPrototypeOf(client))) {
    if (name !== 'constructor') methods[name] = Reflect.get(client, name).bind(client);
  }
  return methods;
}

/** A stream as the callable made it; etcd3 has only passed it through. */
function ours(stream: object): ReturnType<typeof Reflect.get> {
  return stream;
}
