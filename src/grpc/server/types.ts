import type { CancelSignal, Clock } from '../../base/index.ts';
import type { ReceivedHeaders } from '../http2/server.ts';
import type { Metadata } from '../types.ts';

/** One RPC method as its server sees it: its path (`/package.Service/Method`), its shape, and two codecs. */
export interface ServedMethod<Req, Res> {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  /** The bytes belong to the request from now on: nobody uses them again. */
  decodeRequest(bytes: Uint8Array): Req;
  encodeResponse(message: Res): Uint8Array;
}

/** Whom a connection comes from. */
export interface Peer {
  /** `host:port`, `unix` or `in-process`; for logs. */
  readonly address: string;
  /** Common name of the leaf of a client certificate that was verified. */
  readonly commonName?: string | undefined;
}

/** A call as its handler sees it. Everything is read when it is asked for. */
export interface CallContext {
  readonly path: string;
  readonly peer: Peer;
  /** The request's metadata. */
  readonly metadata: Metadata;
  /** One text of the metadata, without reading the rest. */
  header(name: string): string | undefined;
  /** Fires when the client has gone or given up, the deadline has passed, or the call was ended from this side. */
  readonly signal: CancelSignal;
  /** Initial metadata, to be sent with the first response. */
  setHeaders(metadata: Metadata): void;
  /** Metadata that follows the last response. */
  setTrailers(metadata: Metadata): void;
  /** Ends the call at once; what its handler still answers is dropped. Without an error the status is OK. */
  end(error?: unknown): void;
}

/** Where a streaming handler writes. After the end of the call everything is dropped. */
export interface Responses<Res> {
  /** Whether what was written so far has gone out as far as the client's flow control allows; write on regardless only if it is little. */
  readonly isReady: boolean;
  send(message: Res): void;
  /** Resolves when it is ready again, or the call has ended: look at `isOver`. */
  ready(): Promise<void>;
  /** Calls back whenever it becomes ready again. One listener. */
  onReady(listener: () => void): void;
  readonly isOver: boolean;
}

/** The requests of a bidirectional call: ends when the client half-closes, throws when the call has ended otherwise. */
export type Requests<Req> = AsyncIterable<Req>;

export type UnaryHandler<Req, Res> = (request: Req, context: CallContext) => Promise<Res>;
/** The call ends well when the promise resolves. */
export type ServerStreamHandler<Req, Res> = (
  request: Req,
  responses: Responses<Res>,
  context: CallContext,
) => Promise<void>;
export type DuplexHandler<Req, Res> = (
  requests: Requests<Req>,
  responses: Responses<Res>,
  context: CallContext,
) => Promise<void>;

/** How a call ends: a gRPC status. */
export interface Outcome {
  readonly code: number;
  readonly details: string;
  readonly trailers?: Metadata | undefined;
}

/** Hears of every call; for counting. */
export interface Observer {
  /** `isServed`: there is such a method. */
  started?(path: string, isServed: boolean): void;
  ended?(path: string, code: number): void;
  received?(path: string, bytes: number): void;
  sent?(path: string, bytes: number): void;
}

/** A request that is not gRPC, with the means to answer it. After its end everything is dropped. */
export interface PlainRequest {
  /** With `:method`, `:path` and `:authority` among them. */
  readonly headers: ReceivedHeaders;
  readonly body: AsyncIterable<Uint8Array>;
  /** Fires when the client has gone. */
  readonly signal: AbortSignal;
  /** @param headers names in lower case */
  respond(status: number, headers: Readonly<Record<string, string>>): void;
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  end(text?: string): void;
}

export interface GrpcServerOptions {
  readonly clock: Clock;
  /** Largest request accepted, in bytes; 4 MiB when absent. */
  readonly maxReceiveBytes?: number;
  /** Calls open at once on one connection; any number when absent. */
  readonly maxConcurrentStreams?: number;
  /** A client that pings more often than this loses its connection, as grpc-go does it; 0 or absent: never. */
  readonly minPingIntervalMs?: number;
  /** A client silent for `idleMs` is pinged, and dropped when `timeoutMs` later it has not answered. */
  readonly keepAlive?: { readonly idleMs: number; readonly timeoutMs: number };
  /** What a handler's error becomes. By default a GrpcError passes through, and any other is Unknown with its message. */
  readonly outcomeOf?: (error: unknown, path: string) => Outcome;
  /** Answers a request that is not gRPC (no POST, or another content type); absent, or false: 415 or 405. */
  readonly fallback?: (request: PlainRequest) => boolean;
  readonly observer?: Observer;
}
