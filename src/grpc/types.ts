import type { Deadline } from '../base/index.ts';
import type { Transport } from './transport.ts';

/** One RPC method: its path (`/package.Service/Method`), its shape, and the codecs of its two messages. */
export interface Method<Req, Res> {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  encode(message: Req): Uint8Array;
  decode(bytes: Uint8Array): Res;
}

/** Where a channel connects to. */
export type Address =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** TLS material in PEM; an empty object means TLS with the system's authorities. */
export interface TlsOptions {
  readonly ca?: string | Uint8Array;
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
  /** Name to verify the server's certificate against and to send as SNI; the address's host when absent. */
  readonly serverName?: string;
  /** Accept any server certificate. */
  readonly skipVerify?: boolean;
}

export interface ChannelOptions {
  /** Absent: plaintext HTTP/2 with prior knowledge. */
  readonly tls?: TlsOptions;
  /** The `:authority` sent; derived from the address when absent. */
  readonly authority?: string;
  /** Idle time after which a ping is sent while calls are open; absent: no pings. */
  readonly keepAliveTimeMs?: number;
  /** How long an unanswered ping may stay so before the connection counts as dead; 20 seconds when absent. */
  readonly keepAliveTimeoutMs?: number;
  /** Largest message sent, in bytes, counted without the five-byte frame header; any size when absent. */
  readonly maxSendBytes?: number;
  /** Largest message accepted, in bytes; 2147483647 when absent. */
  readonly maxReceiveBytes?: number;
  readonly userAgent?: string;
  /** How long name look-up, TCP, TLS and the server's HTTP/2 settings may take together; 20 seconds when absent. */
  readonly connectTimeoutMs?: number;
  /** Makes the connection in place of a socket, in plaintext whatever `tls` says; undefined: a socket after all. */
  readonly connect?: (address: Address) => Transport | undefined;
}

/** Metadata as pairs; names are lower case, names ending in `-bin` hold bytes. */
export type Metadata = Readonly<Record<string, string | Uint8Array>>;

export interface CallOptions {
  readonly metadata?: Metadata;
  readonly deadline?: Deadline;
  readonly signal?: AbortSignal;
}

/** How a call ended, as the server (or, for a broken call, the channel) put it. */
export interface Status {
  readonly code: number;
  readonly details: string;
  readonly trailers: Metadata;
}

/**
 * An open call of any shape. Iterating it yields the responses and throws GrpcError if the status is not OK. The server
 * is held back while nobody iterates and about 1 MiB waits.
 */
export interface Call<Req, Res> extends AsyncIterable<Res> {
  /**
   * Resolves when the next message may be written (flow control); rejects with GrpcError once the call has failed.
   * After the server has ended the call well, messages are dropped: it did not want them.
   */
  write(message: Req): Promise<void>;
  /** Half-closes: no more requests. */
  end(): void;
  /** Ends the call at once with Canceled; harmless after its end. Leaving the iteration early does the same. */
  cancel(): void;
  /** The response's initial metadata, empty if the server went straight to a good end; rejects with GrpcError if the call ends before any. */
  readonly headers: Promise<Metadata>;
  /** The final status; never rejects. */
  readonly status: Promise<Status>;
}
