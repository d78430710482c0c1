import type { Duplex } from 'node:stream';

/** What carries a connection: a socket, or anything that behaves like one. */
export interface Transport extends Duplex {
  readonly bytesRead: number;
  /** Absent where there are no addresses. */
  readonly localAddress?: string | undefined;
  /** Whether it keeps the process alive. */
  ref(): unknown;
  unref(): unknown;
}
