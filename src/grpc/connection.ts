import { OwnFailureCode, TransportFailure } from './errors.ts';
import { explainLoss } from './failure.ts';
import { type GoAway, goAwayFailure, readGoAway } from './goaway.ts';
import { Handshake } from './handshake.ts';
import { ClientSession, Http2ErrorCode } from './http2/index.ts';
import { KeepAlive, type KeepAliveTimes, type Pinged } from './keepalive.ts';
import type { Carrier } from './transport.ts';
import type { Address } from './types.ts';

export interface ConnectionSetup {
  readonly address: Address;
  readonly peer: string;
  readonly socket: Carrier;
  readonly connectTimeoutMs: number;
  readonly keepAlive: KeepAliveTimes | undefined;
}

export interface ConnectionListener {
  /** The peer has shown that it speaks HTTP/2. */
  established(): void;
  /** The connection has ended, for whatever reason. Called once. */
  lost(failure: TransportFailure): void;
}

/** A call (or a wait) that needs the connection. */
export interface Holder {
  /** The channel was closed. */
  abandon(): void;
}

/** One HTTP/2 session, from the first look-up of the host to its loss. It is never revived. */
export class Connection {
  readonly session: ClientSession;
  readonly peer: string;
  /** Resolves once the connection is established, or to the reason why it never will be. */
  readonly settled: Promise<TransportFailure | undefined>;
  #settle!: (failure: TransportFailure | undefined) => void;
  readonly #socket: Carrier;
  readonly #handshake: Handshake;
  readonly #listener: ConnectionListener;
  readonly #keepAlive: KeepAlive | undefined;
  readonly #connectTimer: NodeJS.Timeout;
  readonly #holders = new Set<Holder>();
  #established = false;
  #failure: TransportFailure | undefined;
  #goAway: GoAway | undefined;

  constructor(setup: ConnectionSetup, listener: ConnectionListener) {
    const { socket, peer, connectTimeoutMs } = setup;
    this.peer = peer;
    this.#listener = listener;
    this.#socket = socket;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    // The session adds its own listeners to the socket; ours come first, so that calls find the cause of their end.
    this.#handshake = new Handshake(socket, setup.address, peer, (error) => this.#end(this.#explain(error)));
    this.#followSocket(socket);
    this.session = new ClientSession(socket, this.#handshake.readyEvent, {
      settled: () => this.#establish(),
      goAway: (code, lastStreamId, debug) => this.#takeGoAway(readGoAway(code, lastStreamId, debug)),
      closed: (error) => this.#lose(error),
    });
    this.#keepAlive = setup.keepAlive && new KeepAlive(this.#pinged(), setup.keepAlive);
    this.#connectTimer = setTimeout(
      () => this.#end(this.#handshake.timeout(connectTimeoutMs)),
      connectTimeoutMs,
    ).unref();
    this.#followHolders();
  }

  /** New calls may be started on it. */
  get isUsable(): boolean {
    return this.#failure === undefined && this.session.isUsable;
  }

  get isEstablished(): boolean {
    return this.#established;
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }

  /** What the connection is still waiting for; undefined once it is established. */
  get progress(): TransportFailure | undefined {
    return this.#established ? undefined : this.#handshake.progress();
  }

  /** Keeps the process alive, and the peer under watch, until `release`. */
  hold(holder: Holder): void {
    this.#holders.add(holder);
    if (this.#holders.size === 1) this.#followHolders();
  }

  release(holder: Holder): void {
    if (this.#holders.delete(holder) && this.#holders.size === 0) this.#followHolders();
  }

  /** Why the session is gone, if it is. */
  get lossCause(): TransportFailure | undefined {
    return this.#failure;
  }

  /** The peer has declared that it did not and will not look at this stream. */
  isDisowned(streamId: number): boolean {
    return this.#goAway !== undefined && streamId > this.#goAway.lastStreamId;
  }

  /** The peer has never been seen to speak HTTP/2, and has shown that it will not: nothing was processed. */
  get wasRejected(): boolean {
    const failure = this.#failure;
    if (failure === undefined || this.#established) return false;
    if (failure.phase !== 'http2') return true;
    return failure.code === OwnFailureCode.NotHttp2 && this.#socket.bytesRead > 0;
  }

  /** Ends every call on it, and itself. */
  destroy(): void {
    for (const holder of this.#holders) holder.abandon();
    this.#end(new TransportFailure('http2', OwnFailureCode.Closed, this.peer, 'closed by this side'));
  }

  #followSocket(socket: Carrier): void {
    // A host with several addresses gets a new handle for each attempt, so whether to stay alive is told again.
    socket.once('connect', () => this.#followHolders());
    socket.on('error', (error) => this.#lose(error));
    socket.once('close', () => this.#lose());
  }

  #establish(): void {
    clearTimeout(this.#connectTimer);
    this.#established = true;
    this.#followHolders();
    this.#settle(undefined);
    this.#listener.established();
  }

  /** With an error code the session ends at once; without one the calls that the peer still serves go on. */
  #takeGoAway(goAway: GoAway): void {
    this.#goAway = goAway;
    if (goAway.code !== Http2ErrorCode.NoError) this.#fail(goAwayFailure(goAway, this.peer));
  }

  #lose(error?: unknown): void {
    this.#fail(this.#explain(error));
  }

  #explain(error: unknown): TransportFailure {
    if (this.#goAway !== undefined) return goAwayFailure(this.#goAway, this.peer, error);
    const { phase, isEncrypted } = this.#handshake;
    return explainLoss({ peer: this.peer, phase, encrypted: isEncrypted, established: this.#established, error });
  }

  #fail(failure: TransportFailure): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    clearTimeout(this.#connectTimer);
    this.#keepAlive?.stop();
    this.#settle(failure);
    this.#listener.lost(failure);
  }

  #end(failure: TransportFailure): void {
    this.#fail(failure);
    this.session.destroy();
    this.#socket.destroy();
  }

  /** Only a connection in use is pinged and keeps the process alive. */
  #followHolders(): void {
    const isHeld = this.#holders.size > 0;
    if (isHeld) this.#socket.ref();
    else this.#socket.unref();
    if (isHeld && this.#established && this.#failure === undefined) this.#keepAlive?.start();
    else this.#keepAlive?.stop();
  }

  #pinged(): Pinged {
    return {
      bytesRead: () => this.#socket.bytesRead,
      ping: (onAnswer) => {
        if (!this.session.isDestroyed) this.session.ping(onAnswer);
      },
      dead: () => {
        const message = 'the peer did not answer a keep-alive ping';
        this.#end(new TransportFailure('http2', OwnFailureCode.KeepAliveTimeout, this.peer, message));
      },
    };
  }
}
