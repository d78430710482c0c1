import type { ICallable, Services } from 'etcd3/lib/rpc.js';
import { GrpcError, type Metadata, type Method } from '../grpc/index.ts';
import type { CallBounds } from './api.ts';
import type { Caller } from './caller.ts';
import type { Node } from './node.ts';
import { RpcStream } from './rpc-stream.ts';

type ServiceName = keyof typeof Services;

/** The codecs of one service are loaded when its first method is called. */
const services: Readonly<Record<ServiceName, () => Promise<object>>> = {
  KV: async () => (await import('../wire/services/kv.ts')).kv,
  Watch: async () => (await import('../wire/services/watch.ts')).watch,
  Lease: async () => (await import('../wire/services/lease.ts')).lease,
  Cluster: async () => (await import('../wire/services/cluster.ts')).cluster,
  Maintenance: async () => (await import('../wire/services/maintenance.ts')).maintenance,
  Auth: async () => (await import('../wire/services/auth.ts')).auth,
};

/** What etcd3's clients hand to the function that opens their stream. */
type StreamConnection = Parameters<Parameters<ICallable<Node>['withConnection']>[1]>[0];

/** Turns the failure of a call into what the caller of the client sees. */
export type Fail = (error: unknown, bounds: CallBounds) => Promise<unknown>;

/**
 * The seam to etcd3: its typed RPC clients call through this, and so onto our channels. None of etcd3's
 * pool, and nothing of grpc-js, is loaded.
 */
export class Callable implements ICallable<Node> {
  readonly callOptionsFactory = undefined;
  readonly #caller: Caller;
  readonly #fail: Fail;
  readonly #bounds: CallBounds;
  readonly #metadata: Metadata;

  /**
   * @param bounds bounds of the streams opened through this; single calls bring their own
   * @param metadata sent with streams, beside what every call carries
   */
  constructor(caller: Caller, fail: Fail, bounds: CallBounds = {}, metadata: Metadata = {}) {
    this.#caller = caller;
    this.#fail = fail;
    this.#bounds = bounds;
    this.#metadata = metadata;
  }

  /** The same seam for one stream. */
  forStream(bounds: CallBounds, metadata: Metadata = {}): Callable {
    return new Callable(this.#caller, this.#fail, bounds, metadata);
  }

  /** @throws ClientError */
  async exec<T>(service: ServiceName, method: string, params: unknown, options: object = {}): Promise<T> {
    // What our API hands to etcd3's clients as their options.
    const bounds: CallBounds = options;
    const rpc = await methodOf<T>(service, method);
    try {
      return await this.#caller.unary(rpc, params, bounds);
    } catch (error) {
      throw await this.#fail(error, bounds);
    }
  }

  /** @throws GrpcError of the bounds when no endpoint can be reached within them */
  async withConnection<R>(service: ServiceName, open: (connection: StreamConnection) => Promise<R> | R): Promise<R> {
    const [node, methods] = await Promise.all([this.#caller.ready(this.#bounds), services[service]()]);
    const start = (name: string, request: unknown): RpcStream<unknown, unknown> => {
      const method: Method<unknown, unknown> = Reflect.get(methods, name);
      const stream = new RpcStream(this.#caller.open(node, method, this.#bounds, this.#metadata));
      if (request !== undefined) {
        // A failed write is the failure of the stream, which its reader hears of.
        stream.write(request).catch(() => undefined);
        stream.end();
      }
      return stream;
    };
    return open(connectionFor(node, start));
  }

  markFailed(node: Node, error: Error): void {
    if (error instanceof GrpcError) this.#caller.failed(node, error);
  }
}

/** The shape is grpc-js's: a client with a method per RPC, taking metadata, options and, where there is one, the request. */
function connectionFor(node: Node, start: (name: string, request: unknown) => unknown): StreamConnection {
  const client = new Proxy(Object.create(null), {
    get: (_, name) => (_metadata: unknown, _options: unknown, request?: unknown) => start(String(name), request),
  });
  return { resource: node, client, metadata: Object.create(null) };
}

async function methodOf<T>(service: ServiceName, name: string): Promise<Method<unknown, T>> {
  // That the response is a T is what etcd3's clients declare; see etcd3-clients.ts for what it really is.
  return Reflect.get(await services[service](), name);
}
