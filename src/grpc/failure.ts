import { OwnFailureCode, TransportFailure, type TransportPhase } from './errors.ts';

/** What is known about a connection at the moment of its end. */
export interface LostConnection {
  readonly peer: string;
  /** What it was doing last; `http2` from the end of the TLS (or TCP) handshake on. */
  readonly phase: TransportPhase;
  readonly encrypted: boolean;
  /** The peer's HTTP/2 settings have arrived. */
  readonly established: boolean;
  /** Absent when the peer just hung up. */
  readonly error?: unknown;
}

/** Names the cause of a lost connection, so that callers can tell a wrong certificate from a wrong protocol. */
export function explainLoss(lost: LostConnection): TransportFailure {
  const { peer, phase, error } = lost;
  const code = codeOf(error);
  const fail = (at: TransportPhase, code: string, message: string): TransportFailure =>
    new TransportFailure(at, code, peer, message, error);

  if (isRefusedAlpn(code)) return fail('tls', OwnFailureCode.AlpnRefused, 'the TLS server does not offer HTTP/2');
  if (phase !== 'http2') {
    const at = isResolveError(error) ? 'resolve' : phase;
    return fail(at, code ?? OwnFailureCode.Closed, messageOf(error) ?? 'the peer closed the connection');
  }
  if (lost.established) {
    return fail('http2', code ?? OwnFailureCode.Closed, messageOf(error) ?? 'the peer closed the connection');
  }
  // A TLS 1.3 server judges the client's certificate only after the handshake is over for the client.
  if (isTlsAlert(code)) return fail('tls', code, messageOf(error) ?? code);
  if (lost.encrypted) {
    return fail(
      'http2',
      OwnFailureCode.ClosedBeforeSettings,
      'the peer closed the connection right after the TLS handshake',
    );
  }
  return fail('http2', OwnFailureCode.NotHttp2, 'the peer does not speak HTTP/2 in plaintext');
}

/** A handshake that OpenSSL ended: no byte of a request has been handed to the application. */
function isTlsAlert(code: string | undefined): code is string {
  return code !== undefined && code.startsWith('ERR_SSL_');
}

/** The system's or OpenSSL's name for an error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Of OpenSSL's errors only the reason: the rest of their text is about its own source files. */
function messageOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  if (error instanceof Error && 'reason' in error && typeof error.reason === 'string') return error.reason;
  return error instanceof Error ? error.message : undefined;
}

const isRefusedAlpn = (code: string | undefined): boolean =>
  code === OwnFailureCode.AlpnRefused || code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';

const isResolveError = (error: unknown): boolean =>
  error instanceof Error &&
  'syscall' in error &&
  typeof error.syscall === 'string' &&
  error.syscall.startsWith('getaddrinfo');
