import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';

/**
 * What carries a connection, for the side that asks: a socket, or as much of one as HTTP/2 needs. Its events are
 * `lookup`, `connect`, `secureConnect`, `data` (whose memory may be used again after the call), `drain`, `end`, `error` and
 * `close`.
 */
export interface Carrier extends EventEmitter {
  readonly destroyed: boolean;
  readonly bytesRead: number;
  /** Absent where there are no addresses. */
  readonly localAddress?: string | undefined;
  /** It is not connected yet, and says so with the event `connect`. */
  readonly connecting?: boolean;
  /** It speaks TLS, which is ready with the event `secureConnect`. */
  readonly encrypted?: boolean;
  /** What the TLS server chose to speak. */
  readonly alpnProtocol?: string | false | null | undefined;
  /** @returns false when the next write had better wait for `drain` */
  write(bytes: Uint8Array): boolean;
  destroy(): unknown;
  /** Whether it keeps the process alive. */
  ref(): unknown;
  unref(): unknown;
}

/** A stream that carries a connection in place of a socket, on either side. */
export interface Transport extends Duplex {
  readonly bytesRead: number;
  /** Absent where there are no addresses. */
  readonly localAddress?: string | undefined;
  /** Whether it keeps the process alive. */
  ref(): unknown;
  unref(): unknown;
}
