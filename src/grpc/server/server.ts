import { GrpcError } from '../errors.ts';
import { StatusCode } from '../status.ts';
import type { Transport } from '../transport.ts';
import { ServerConnection } from './connection.ts';
import { duplexRoute } from './duplex.ts';
import { Routes } from './routes.ts';
import { streamRoute, unaryRoute } from './single-request.ts';
import type {
  DuplexHandler,
  GrpcServerOptions,
  Peer,
  ServedMethod,
  ServerStreamHandler,
  UnaryHandler,
} from './types.ts';

/** Answers calls on the connections that it is given. */
export class GrpcServer {
  readonly #options: GrpcServerOptions;
  readonly #routes = new Routes();
  readonly #connections = new Set<ServerConnection>();
  #isStopped = false;

  constructor(options: GrpcServerOptions) {
    this.#options = options;
  }

  unary<Req, Res>(method: ServedMethod<Req, Res>, handle: UnaryHandler<Req, Res>): this {
    this.#routes.add(unaryRoute(method, handle));
    return this;
  }

  serverStream<Req, Res>(method: ServedMethod<Req, Res>, handle: ServerStreamHandler<Req, Res>): this {
    this.#routes.add(streamRoute(method, handle));
    return this;
  }

  duplex<Req, Res>(method: ServedMethod<Req, Res>, handle: DuplexHandler<Req, Res>): this {
    this.#routes.add(duplexRoute(method, handle));
    return this;
  }

  /** How many connections are open, and how many calls on them. */
  get load(): { readonly connections: number; readonly calls: number } {
    let calls = 0;
    for (const connection of this.#connections) calls += connection.calls.size;
    return { connections: this.#connections.size, calls };
  }

  /** Serves a connection on which the client speaks HTTP/2; bytes read already must have been put back. */
  accept(transport: Transport, peer: Peer): void {
    if (this.#isStopped) {
      transport.destroy();
      return;
    }
    const connection = new ServerConnection(transport, { peer, options: this.#options, routes: this.#routes });
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
  }

  /**
   * Tells all clients to go (GOAWAY), lets unary calls finish for at most `graceMs`, ends streaming calls with `error`
   * (Unavailable when absent), and closes all connections. With a grace of 0 everything ends at once.
   */
  async stop(graceMs = 0, error?: unknown): Promise<void> {
    this.#isStopped = true;
    const connections = [...this.#connections];
    if (graceMs > 0) await this.#retire(connections, graceMs, error);
    for (const connection of connections) connection.destroy();
    await Promise.all(connections.map((connection) => connection.closed));
  }

  async #retire(connections: readonly ServerConnection[], graceMs: number, error: unknown): Promise<void> {
    for (const connection of connections) {
      connection.retire();
      for (const call of connection.calls) if (call.isStreaming) call.end(error ?? stopping);
    }
    let cancelTimer: (() => void) | undefined;
    const graceOver = new Promise<void>((resolve) => {
      cancelTimer = this.#options.clock.after(graceMs, resolve);
    });
    await Promise.race([Promise.all(connections.map((connection) => connection.closed)), graceOver]);
    cancelTimer?.();
  }
}

const stopping = new GrpcError(StatusCode.Unavailable, 'the server is stopping');
