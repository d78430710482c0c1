import { Deadline } from '../base/index.ts';
import type { Channel } from '../grpc/index.ts';
import type { Endpoint } from './endpoints.ts';

/** What the client needs of a gRPC channel. */
export type Link = Pick<Channel, 'connected' | 'connect' | 'unary' | 'open' | 'close'>;

/** One endpoint with its channel, and the last thing that went wrong there. */
export class Node {
  readonly endpoint: Endpoint;
  /** TransportFailure or GrpcError; undefined after a call that went well. */
  failure: unknown;
  readonly #makeLink: (endpoint: Endpoint) => Link;
  #link: Link | undefined;

  constructor(endpoint: Endpoint, makeLink: (endpoint: Endpoint) => Link) {
    this.endpoint = endpoint;
    this.#makeLink = makeLink;
  }

  get link(): Link {
    this.#link ??= this.#makeLink(this.endpoint);
    return this.#link;
  }

  get isConnected(): boolean {
    return this.#link?.connected ?? false;
  }

  /** What connecting still waits for, or why it failed last; undefined when connected or not begun. */
  async trouble(): Promise<unknown> {
    if (this.#link === undefined || this.isConnected) return undefined;
    return this.#link.connect({ deadline: Deadline.after(0) }).catch((error: Error) => error.cause);
  }

  /** Gives the connection up; the next use makes a new one. */
  drop(): void {
    this.#link?.close();
    this.#link = undefined;
  }
}
