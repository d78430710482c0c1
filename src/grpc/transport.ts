import type { Duplex } from 'node:stream';

/** What carries a connection: a socket, or anything that behaves like one. */
export interface Transport extends Duplex {
  readonly bytesRead: number;
  /** Absent where there are no addresses. */
  readonly localAddress?: string | undefined;
  /** It is not connected yet, and says so with the event `connect`. */
  readonly connecting?: boolean;
  /** It speaks TLS, which is ready with the event `secureConnect`. */
  readonly encrypted?: boolean;
  /** What the TLS server chose to speak. */
  readonly alpnProtocol?: string | false | null;
  /** Whether it keeps the process alive. */
  ref(): unknown;
  unref(): unknown;
}
