import { defaultAuthority } from './address.ts';
import { StreamingCall } from './call.ts';
import { Connector } from './connector.ts';
import { GrpcError, type TransportFailure } from './errors.ts';
import { establish } from './establish.ts';
import { Exchange, type Receiver } from './exchange.ts';
import { canceled, closedChannel, deadlineExceeded } from './outcomes.ts';
import { type RequestTarget, requestHeaders } from './request-headers.ts';
import type { Address, Call, CallOptions, ChannelOptions, Method } from './types.ts';
import { callUnary } from './unary.ts';

const DEFAULT_MAX_RECEIVE_BYTES = 2 ** 31 - 1;
const DEFAULT_USER_AGENT = 'grpc-node-http2';

/**
 * A way to one server. It connects on the first call, over one connection at a time, and again on the next call after
 * that is lost. Nothing is retried: a call fails with Unavailable as soon as connecting fails, and the caller decides.
 */
export class Channel {
  readonly #connector: Connector;
  readonly #target: RequestTarget;
  readonly #maxSendBytes: number;
  readonly #maxReceiveBytes: number;

  constructor(address: Address, options: ChannelOptions = {}) {
    this.#connector = new Connector(address, options);
    this.#target = {
      scheme: options.tls === undefined ? 'http' : 'https',
      authority: options.authority ?? defaultAuthority(address),
      userAgent: options.userAgent ?? DEFAULT_USER_AGENT,
    };
    this.#maxSendBytes = options.maxSendBytes ?? Number.POSITIVE_INFINITY;
    this.#maxReceiveBytes = options.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE_BYTES;
  }

  /** The address, as `host:port` or `unix:path`. */
  get peer(): string {
    return this.#connector.peer;
  }

  /** The server has been reached, and the connection is up as far as is known. */
  get connected(): boolean {
    return this.#connector.current?.isEstablished === true;
  }

  /** This side's IP address on the current connection; undefined when there is none, or on a unix socket. */
  get localAddress(): string | undefined {
    return this.#connector.current?.localAddress;
  }

  /** Why the last connection failed; undefined once a later one has been established. */
  get lastFailure(): TransportFailure | undefined {
    return this.#connector.lastFailure;
  }

  /**
   * Waits until the server has answered in HTTP/2. Calls need not wait for it: without, a request goes out in the
   * first flight, which saves a round trip but leaves it open whether a lost connection had carried it.
   * @throws GrpcError (Unavailable, DeadlineExceeded, Canceled), always `unprocessed`.
   */
  async connect(options: Pick<CallOptions, 'deadline' | 'signal'> = {}): Promise<void> {
    this.#admit(options);
    if (!this.connected) await establish(this.#connector, options);
  }

  /** @throws GrpcError */
  unary<Req, Res>(method: Method<Req, Res>, request: Req, options: CallOptions = {}): Promise<Res> {
    return callUnary(method, request, this.#maxSendBytes, (receiver) => this.#start(method.path, options, receiver));
  }

  /** Never throws; a call that cannot begin has ended already. */
  open<Req, Res>(method: Method<Req, Res>, options: CallOptions = {}): Call<Req, Res> {
    return new StreamingCall(method, this.#maxSendBytes, (receiver) => this.#start(method.path, options, receiver));
  }

  /** Ends open calls with Canceled and frees everything at once. Later calls fail in the same way. */
  close(): void {
    this.#connector.close();
  }

  #start(path: string, options: CallOptions, receiver: Receiver): Exchange | undefined {
    try {
      this.#admit(options);
      const setup = {
        headers: requestHeaders(this.#target, path, options),
        maxReceiveBytes: this.#maxReceiveBytes,
        options,
        connectionTrouble: () => this.#connector.trouble,
      };
      return new Exchange(this.#connector.connection(), setup, receiver);
    } catch (cause) {
      const error = GrpcError.from(cause);
      receiver.end({ code: error.code, details: error.details, trailers: {} }, error);
      return undefined;
    }
  }

  /** @throws GrpcError when a call is not even to be tried. */
  #admit({ deadline, signal }: CallOptions): void {
    if (this.#connector.isClosed) throw closedChannel(true);
    if (signal?.aborted === true) throw canceled(signal.reason, true);
    if (deadline?.hasPassed === true) throw deadlineExceeded(this.#connector.trouble, true);
  }
}
