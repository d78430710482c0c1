import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { Http2Code } from '../http2-codes.ts';
import type { Transport } from '../transport.ts';
import { type CallHost, ServerCall } from './call.ts';
import { answerForeign } from './foreign-request.ts';
import { IdleWatch } from './idle-watch.ts';
import { PingPolice } from './ping-police.ts';
import type { Routes } from './routes.ts';
import { beginCall } from './begin.ts';
import type { GrpcServerOptions, Peer } from './types.ts';

/** What is written between two pings, if it is no more than answers to pings. */
const MORE_THAN_ANSWERS_BYTES = 256;

/** Room for what clients send that nobody has read yet, on all streams of a connection together. */
const CONNECTION_WINDOW_BYTES = 8 * 1024 * 1024;

/** One client's HTTP/2 session with its calls. */
export class ServerConnection implements CallHost {
  readonly peer: Peer;
  readonly options: GrpcServerOptions;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  readonly #session: ServerHttp2Session;
  readonly #transport: Transport;
  readonly #routes: Routes;
  readonly #calls = new Set<ServerCall>();
  readonly #police: PingPolice | undefined;
  #writtenAtPing = 0;

  constructor(
    session: ServerHttp2Session,
    transport: Transport,
    context: { readonly peer: Peer; readonly options: GrpcServerOptions; readonly routes: Routes },
  ) {
    this.#session = session;
    this.#transport = transport;
    this.peer = context.peer;
    this.options = context.options;
    this.#routes = context.routes;
    const { clock, minPingIntervalMs = 0, keepAlive } = context.options;
    this.#police = minPingIntervalMs > 0 ? new PingPolice(clock, minPingIntervalMs) : undefined;
    const idleWatch = keepAlive && new IdleWatch(clock, keepAlive, this.#watched());
    this.closed = new Promise((resolve) => {
      session.once('close', () => {
        idleWatch?.stop();
        resolve();
      });
    });
    session.on('stream', (stream, headers) => this.#take(stream, headers));
    session.on('ping', () => this.#takePing());
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
  }

  get calls(): ReadonlySet<ServerCall> {
    return this.#calls;
  }

  forget(call: ServerCall): void {
    this.#calls.delete(call);
  }

  noteSent(): void {
    this.#police?.noteSent();
  }

  /** Takes no new calls; those that run go on, and with the last of them the connection ends. */
  retire(): void {
    if (!this.#session.closed && !this.#session.destroyed) this.#session.close();
  }

  /** Ends everything at once. A session that was told to close would wait for its client to hang up. */
  destroy(): void {
    this.#session.destroy();
    this.#transport.destroy();
  }

  #take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    if (answerForeign(stream, headers, this.options.fallback)) return;
    const path = headers[':path'] ?? '';
    const route = this.#routes.find(path);
    const call = new ServerCall(
      stream,
      headers,
      { path, isStreaming: route?.isStreaming === true, isServed: route !== undefined },
      this,
    );
    this.#calls.add(call);
    if (route === undefined) call.refuseWith(this.#routes.explain(path));
    else beginCall(call, route, headers, this.options);
  }

  #takePing(): void {
    // One message leaves in many frames, each of which may be what a client measures its bandwidth by, with a ping.
    const written = 'bytesWritten' in this.#transport ? Number(this.#transport.bytesWritten) : 0;
    if (written - this.#writtenAtPing > MORE_THAN_ANSWERS_BYTES) this.noteSent();
    this.#writtenAtPing = written;
    if (this.#police?.takePing(this.#calls.size > 0) !== true) return;
    this.#session.goaway(Http2Code.EnhanceYourCalm, undefined, Buffer.from('too_many_pings'));
    // The word must leave before the connection ends.
    setImmediate(() => this.destroy());
  }

  #watched(): ConstructorParameters<typeof IdleWatch>[2] {
    return {
      bytesRead: () => this.#transport.bytesRead,
      ping: () => {
        if (!this.#session.destroyed) this.#session.ping(() => {});
      },
      dead: () => this.destroy(),
    };
  }
}
