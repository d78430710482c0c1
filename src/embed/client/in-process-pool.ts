import { castGrpcError } from 'etcd3';
import type { ICallable } from 'etcd3/lib/rpc.js';
import { RpcStream } from '../../client/rpc-stream.ts';
import { type Channel, GrpcError, type Metadata, type Method, StatusCode, statusName } from '../../grpc/index.ts';
import { etcd3Method, type ServiceName } from './stub-codecs.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** The channels to the members that run now; a round of calls takes them in this order. */
export type Channels = () => readonly Channel[];

/** Stands for etcd3's Host where its pool, which is there though it is not asked, is told that a stream has failed. */
interface Host {
  resetAllServices(): void;
  readonly faultHandling: { execute(): Promise<void> };
}

/** What etcd3's clients hand to the function that opens their stream. */
type StreamConnection = Parameters<Parameters<ICallable<Host>['withConnection']>[1]>[0];

/**
 * What etcd3's clients call in place of its connection pool where there is no port to connect to. As the pool it goes
 * on to the next member when one cannot be reached, and signs in anew when its token is stale.
 */
export class InProcessPool implements ICallable<Host> {
  readonly callOptionsFactory = undefined;
  readonly #channels: Channels;
  readonly #login: Login | undefined;
  readonly #host: Host = {
    resetAllServices: () => this.markFailed(),
    faultHandling: { execute: () => Promise.resolve() },
  };
  #token: Promise<string> | undefined;
  #turn = 0;

  constructor(channels: Channels, login: Login | undefined) {
    this.#channels = channels;
    this.#login = login;
  }

  async exec<T>(service: ServiceName, name: string, payload: unknown): Promise<T> {
    // What etcd3's codec makes of the answer is what its declarations say.
    const method = await etcd3Method<T>(service, name);
    return this.#authorized((channel, metadata) => channel.unary(method, payload, { metadata }));
  }

  async withConnection<R>(service: ServiceName, open: (connection: StreamConnection) => Promise<R> | R): Promise<R> {
    const channel = this.#next();
    const metadata = await this.#metadata(channel);
    const client = await this.#stub(service, channel, metadata);
    return open({ resource: this.#host, client, metadata: Object.create(null) });
  }

  markFailed(): void {
    this.#turn += 1;
    this.#token = undefined;
  }

  async #authorized<T>(call: (channel: Channel, metadata: Metadata) => Promise<T>): Promise<T> {
    const attempts = Math.max(1, this.#channels().length) + 1;
    for (let attempt = 1; ; attempt++) {
      const channel = this.#next();
      try {
        return await call(channel, await this.#metadata(channel));
      } catch (error) {
        if (!(error instanceof GrpcError) || attempt >= attempts || !this.#mayTryAgain(error))
          throw asEtcd3Error(error);
      }
    }
  }

  #mayTryAgain(error: GrpcError): boolean {
    if (error.details === 'etcdserver: invalid auth token' && this.#login !== undefined) {
      this.#token = undefined;
      return true;
    }
    this.#turn += 1;
    return error.code === StatusCode.Unavailable && error.unprocessed;
  }

  /** The members in turn: one that failed is followed by the next. @throws Error of etcd3's when none runs */
  #next(): Channel {
    const channels = this.#channels();
    const channel = channels[this.#turn % Math.max(1, channels.length)];
    if (channel === undefined)
      throw asEtcd3Error(new GrpcError(StatusCode.Unavailable, 'no member of the cluster runs'));
    return channel;
  }

  async #metadata(channel: Channel): Promise<Metadata> {
    if (this.#login === undefined) return {};
    this.#token ??= this.#signIn(channel, this.#login);
    try {
      return { token: await this.#token };
    } catch (error) {
      this.#token = undefined;
      throw error;
    }
  }

  async #signIn(channel: Channel, { username, password }: Login): Promise<string> {
    const method = await etcd3Method<{ readonly token: string }>('Auth', 'authenticate');
    return (await channel.unary(method, { name: username, password })).token;
  }

  /** In the shape of grpc-js: a method per RPC, taking metadata, options and, where there is only one, the request. */
  async #stub(service: ServiceName, channel: Channel, metadata: Metadata): Promise<StreamConnection['client']> {
    const names = streamsOf[service] ?? [];
    const stub = Object.create(null);
    for (const name of names) {
      const method = await etcd3Method(service, name);
      stub[name] = (_metadata: unknown, _options: unknown, request?: unknown) =>
        openStream(channel, method, metadata, request);
    }
    return stub;
  }
}

const streamsOf: Partial<Record<ServiceName, readonly string[]>> = {
  Watch: ['watch'],
  Lease: ['leaseKeepAlive'],
  Maintenance: ['snapshot'],
};

function openStream(
  channel: Channel,
  method: Method<unknown, unknown>,
  metadata: Metadata,
  request: unknown,
): Etcd3Stream {
  const stream = new Etcd3Stream(channel.open(method, { metadata }));
  if (request !== undefined) {
    // A failed write is the failure of the stream, which its reader hears of.
    stream.write(request).catch(() => undefined);
    stream.end();
  }
  return stream;
}

/** A stream whose errors are such as grpc-js makes. */
class Etcd3Stream extends RpcStream<unknown, unknown> {
  override on(...[event, listener]: Parameters<RpcStream<unknown, unknown>['on']>): this {
    return super.on(event, event === 'error' ? (error) => listener(asGrpcJsError(error)) : listener);
  }

  override async write(message: unknown): Promise<void> {
    // etcd3 does not look at what becomes of a write; the stream's end tells of it.
    await super.write(message).catch(() => undefined);
  }
}

/** An error as grpc-js makes it, which etcd3 knows how to read. */
function asGrpcJsError(error: unknown): unknown {
  if (!(error instanceof GrpcError)) return error;
  const { code, details } = error;
  const name = statusName(code)
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toUpperCase();
  return Object.assign(new Error(`${code} ${name}: ${details}`), { code, details });
}

function asEtcd3Error(error: unknown): unknown {
  const plain = asGrpcJsError(error);
  return plain instanceof Error ? castGrpcError(plain) : plain;
}
