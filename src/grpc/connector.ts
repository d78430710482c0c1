import { formatAddress } from './address.ts';
import { Connection } from './connection.ts';
import { Dialer } from './dialer.ts';
import { OwnFailureCode, TransportFailure } from './errors.ts';
import { codeOf } from './failure.ts';
import { lostConnection } from './outcomes.ts';
import type { Carrier } from './transport.ts';
import type { Address, ChannelOptions } from './types.ts';

const DEFAULT_CONNECT_TIMEOUT_MS = 20_000;
const DEFAULT_KEEP_ALIVE_TIMEOUT_MS = 20_000;

/** Keeps a channel connected: one connection for new calls, made when one is asked for and there is none. */
export class Connector {
  readonly peer: string;
  readonly #address: Address;
  readonly #options: ChannelOptions;
  readonly #dialer: Dialer;
  #current: Connection | undefined;
  /** All that live: beside the current one there may be some whose peer wants no new calls. */
  readonly #connections = new Set<Connection>();
  #keepAliveTimeMs: number | undefined;
  #lastFailure: TransportFailure | undefined;
  #hasFailedToConnect = false;
  #isClosed = false;

  constructor(address: Address, options: ChannelOptions) {
    this.peer = formatAddress(address);
    this.#address = address;
    this.#options = options;
    this.#dialer = new Dialer(address, options.tls);
    this.#keepAliveTimeMs = options.keepAliveTimeMs;
  }

  get current(): Connection | undefined {
    return this.#current?.isUsable === true ? this.#current : undefined;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Why the last connection failed; undefined once a later one has been established. */
  get lastFailure(): TransportFailure | undefined {
    return this.#lastFailure;
  }

  /**
   * What keeps calls from being answered, if it is the connection: rather why the last attempt failed than that one is
   * under way, and rather that than why a connection that had worked was lost.
   */
  get trouble(): TransportFailure | undefined {
    const connection = this.current;
    if (connection?.isEstablished === true) return undefined;
    const progress = this.#hasFailedToConnect ? undefined : connection?.progress;
    return progress ?? this.#lastFailure;
  }

  /**
   * The connection for a new call, which may still be connecting.
   * @throws GrpcError (Unavailable) when the TLS material or the address cannot be used at all.
   */
  connection(): Connection {
    this.#current = this.current ?? this.#connect();
    return this.#current;
  }

  /** Ends all calls and all connections at once. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#connections) connection.destroy();
  }

  #connect(): Connection {
    const timeMs = this.#keepAliveTimeMs;
    const timeoutMs = this.#options.keepAliveTimeoutMs ?? DEFAULT_KEEP_ALIVE_TIMEOUT_MS;
    const setup = {
      address: this.#address,
      peer: this.peer,
      socket: this.#openSocket(),
      connectTimeoutMs: this.#options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
      keepAlive: timeMs === undefined ? undefined : { timeMs, timeoutMs },
    };
    const connection: Connection = new Connection(setup, {
      established: () => this.#remember(undefined, false),
      lost: (failure) => this.#forget(connection, failure),
    });
    this.#connections.add(connection);
    return connection;
  }

  #openSocket(): Carrier {
    try {
      return this.#options.connect?.(this.#address) ?? this.#dialer.dial();
    } catch (error) {
      const phase = this.#dialer.lacksContext ? 'tls' : 'connect';
      const message = error instanceof Error ? error.message : String(error);
      const failure = new TransportFailure(phase, codeOf(error) ?? 'INVALID', this.peer, message, error);
      this.#remember(failure, true);
      throw lostConnection(failure, true);
    }
  }

  #forget(connection: Connection, failure: TransportFailure): void {
    this.#connections.delete(connection);
    if (this.#isClosed) return;
    if (connection === this.#current) this.#remember(failure, !connection.isEstablished);
    // The server has named its limit only by being angry; come back with half as many pings.
    if (failure.code === OwnFailureCode.TooManyPings && this.#keepAliveTimeMs !== undefined) this.#keepAliveTimeMs *= 2;
  }

  #remember(failure: TransportFailure | undefined, hasFailedToConnect: boolean): void {
    this.#lastFailure = failure;
    this.#hasFailedToConnect = hasFailedToConnect;
  }
}
