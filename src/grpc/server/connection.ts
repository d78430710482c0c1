import { Http2ErrorCode, type ReceivedHeaders, ServerSession, type Stream } from '../http2/server.ts';
import type { Transport } from '../transport.ts';
import { type CallHost, ServerCall } from './call.ts';
import { beginCall } from './begin.ts';
import { answerForeign } from './foreign-request.ts';
import { IdleWatch } from './idle-watch.ts';
import { PingPolice } from './ping-police.ts';
import type { Routes } from './routes.ts';
import type { GrpcServerOptions, Peer } from './types.ts';

/** What is written between two pings, if it is no more than answers to pings. */
const MORE_THAN_ANSWERS_BYTES = 256;

/** Room for what a client sends on one stream that nobody has read yet. */
const STREAM_WINDOW_BYTES = 1024 * 1024;

/** One client's HTTP/2 session with its calls. */
export class ServerConnection implements CallHost {
  readonly peer: Peer;
  readonly options: GrpcServerOptions;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  readonly #session: ServerSession;
  readonly #transport: Transport;
  readonly #routes: Routes;
  readonly #calls = new Set<ServerCall>();
  readonly #police: PingPolice | undefined;
  #close!: () => void;
  #writtenAtPing = 0;

  constructor(
    transport: Transport,
    context: { readonly peer: Peer; readonly options: GrpcServerOptions; readonly routes: Routes },
  ) {
    this.#transport = transport;
    this.peer = context.peer;
    this.options = context.options;
    this.#routes = context.routes;
    const { clock, maxConcurrentStreams, minPingIntervalMs = 0, keepAlive } = context.options;
    this.#police = minPingIntervalMs > 0 ? new PingPolice(clock, minPingIntervalMs) : undefined;
    const limits = { maxConcurrentStreams, streamWindowBytes: STREAM_WINDOW_BYTES };
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
    this.#session = new ServerSession(transport, limits, {
      request: (stream, headers) => this.#take(stream, headers),
      pinged: () => this.#takePing(),
      closed: () => {
        idleWatch?.stop();
        this.#close();
      },
    });
    const idleWatch = keepAlive && new IdleWatch(clock, keepAlive, this.#watched());
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
    this.#session.retire();
  }

  /** Ends everything at once. */
  destroy(): void {
    this.#session.destroy();
  }

  #take(stream: Stream, headers: ReceivedHeaders): void {
    if (answerForeign(stream, headers, this.options.fallback)) return;
    const path = String(headers[':path']);
    const route = this.#routes.find(path);
    const shape = { path, isStreaming: route?.isStreaming === true, isServed: route !== undefined };
    const call = new ServerCall(stream, headers, shape, this);
    this.#calls.add(call);
    if (route === undefined) call.refuseWith(this.#routes.explain(path));
    else call.input = beginCall(call, route, this.options);
  }

  #takePing(): void {
    // One message leaves in many frames, each of which may be what a client measures its bandwidth by, with a ping.
    const written = 'bytesWritten' in this.#transport ? Number(this.#transport.bytesWritten) : 0;
    if (written - this.#writtenAtPing > MORE_THAN_ANSWERS_BYTES) this.noteSent();
    this.#writtenAtPing = written;
    if (this.#police?.takePing(this.#calls.size > 0) !== true) return;
    this.#session.expel(Http2ErrorCode.EnhanceYourCalm, 'too_many_pings');
  }

  #watched(): ConstructorParameters<typeof IdleWatch>[2] {
    return {
      bytesRead: () => this.#transport.bytesRead,
      ping: () => this.#session.ping(),
      dead: () => this.destroy(),
    };
  }
}
