import { StatusCode, statusName } from './status.ts';
import type { Metadata } from './types.ts';

/** How far a connection (or, for `stream`, one call on it) had come when it failed. */
export type TransportPhase = 'resolve' | 'connect' | 'tls' | 'http2' | 'stream';

/**
 * Why the connection itself failed. `code` is the system's (`ENOTFOUND`, `ECONNREFUSED`), OpenSSL's or Node's
 * (`CERT_HAS_EXPIRED`, `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED`), the name of an HTTP/2 error in phase `stream`
 * (`REFUSED_STREAM`), or one of {@link OwnFailureCode}. `cause` is the original error, when there was one.
 */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly phase: TransportPhase;
  readonly code: string;
  /** Whom the connection went to, as `host:port` or `unix:path`. */
  readonly peer: string;

  constructor(phase: TransportPhase, code: string, peer: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.phase = phase;
    this.code = code;
    this.peer = peer;
  }
}

/** Failures that neither the system nor OpenSSL has a name for. */
export const OwnFailureCode = {
  /** Spoken to in plaintext, the peer answered something else than HTTP/2 (HTTP/1, a TLS alert) or hung up at once. */
  NotHttp2: 'NOT_HTTP2',
  /** The TLS server does not offer HTTP/2. */
  AlpnRefused: 'ALPN_REFUSED',
  /** After a good TLS handshake the peer hung up before it said anything, without a TLS alert that tells why. */
  ClosedBeforeSettings: 'CLOSED_BEFORE_SETTINGS',
  /** An established connection ended without an error. */
  Closed: 'CLOSED',
  /** The peer asked for the end of the connection. */
  GoAway: 'GOAWAY',
  /** The same, because keep-alive pings came more often than the peer allows. */
  TooManyPings: 'TOO_MANY_PINGS',
  KeepAliveTimeout: 'KEEPALIVE_TIMEOUT',
  /** Connecting was still under way when the caller's time was up. */
  NoAnswer: 'NO_ANSWER',
} as const;

interface GrpcErrorDetails {
  readonly metadata?: Metadata;
  readonly cause?: unknown;
  readonly unprocessed?: boolean;
}

/** A call that did not end well. `message` is the sentence that Go's client prints for it. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  /** One of {@link StatusCode}, or whatever number the server sent. */
  readonly code: number;
  /** The status message alone. */
  readonly details: string;
  /** The trailers; empty when none arrived. */
  readonly metadata: Metadata;
  /** True only when the request surely never reached the application, so that even a write may be sent again. */
  readonly unprocessed: boolean;

  constructor(code: number, details: string, { metadata = {}, cause, unprocessed = false }: GrpcErrorDetails = {}) {
    super(`rpc error: code = ${statusName(code)} desc = ${details}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
    this.metadata = metadata;
    this.unprocessed = unprocessed;
  }

  /** An error of unknown origin; what is no GrpcError counts as Internal. */
  static from(error: unknown): GrpcError {
    if (error instanceof GrpcError) return error;
    return new GrpcError(StatusCode.Internal, error instanceof Error ? error.message : String(error), { cause: error });
  }
}
