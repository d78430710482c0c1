import { describe, expect, it } from 'vitest';
import { explainLoss, type LostConnection } from '../../../src/grpc/failure.ts';
import { goAwayFailure, readGoAway } from '../../../src/grpc/goaway.ts';
import type { TransportPhase } from '../../../src/grpc/index.ts';

const systemError = (code: string, syscall: string): Error =>
  Object.assign(new Error(`${syscall} ${code}`), { code, syscall });

const sslError = (code: string, reason: string): Error =>
  Object.assign(new Error(`80AC:error:0A0:SSL routines:${reason}:../deps/openssl/ssl.c:1:\n`), { code, reason });

const established = { phase: 'http2', established: true } as const;
const afterTls = { phase: 'http2', encrypted: true } as const;

describe('a lost connection', () => {
  it.each<[string, Partial<LostConnection>, TransportPhase, string, string]>([
    [
      'no such name',
      { phase: 'resolve', error: systemError('ENOTFOUND', 'getaddrinfo') },
      'resolve',
      'ENOTFOUND',
      'getaddrinfo ENOTFOUND',
    ],
    [
      'a name server that came late',
      { phase: 'connect', error: systemError('EAI_AGAIN', 'getaddrinfo') },
      'resolve',
      'EAI_AGAIN',
      'getaddrinfo EAI_AGAIN',
    ],
    [
      'a closed port',
      { phase: 'connect', error: systemError('ECONNREFUSED', 'connect') },
      'connect',
      'ECONNREFUSED',
      'connect ECONNREFUSED',
    ],
    ['no error at all', { phase: 'connect' }, 'connect', 'CLOSED', 'the peer closed the connection'],
    [
      'a bad certificate',
      { phase: 'tls', encrypted: true, error: systemError('CERT_HAS_EXPIRED', 'x') },
      'tls',
      'CERT_HAS_EXPIRED',
      'x CERT_HAS_EXPIRED',
    ],
    [
      'a TLS alert',
      { phase: 'tls', encrypted: true, error: sslError('ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number') },
      'tls',
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'wrong version number',
    ],
    [
      'a TLS alert after the handshake',
      { ...afterTls, error: sslError('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tlsv1 alert unknown ca') },
      'tls',
      'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
      'tlsv1 alert unknown ca',
    ],
    [
      'refused ALPN',
      { phase: 'tls', encrypted: true, error: sslError('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'no') },
      'tls',
      'ALPN_REFUSED',
      'the TLS server does not offer HTTP/2',
    ],
    [
      'silence after TLS',
      afterTls,
      'http2',
      'CLOSED_BEFORE_SETTINGS',
      'the peer closed the connection right after the TLS handshake',
    ],
    [
      'a reset after TLS',
      { ...afterTls, error: systemError('ECONNRESET', 'read') },
      'http2',
      'CLOSED_BEFORE_SETTINGS',
      'the peer closed the connection right after the TLS handshake',
    ],
    [
      'another protocol',
      { phase: 'http2', error: systemError('ERR_HTTP2_ERROR', 'x') },
      'http2',
      'NOT_HTTP2',
      'the peer does not speak HTTP/2 in plaintext',
    ],
    ['a reset', { ...established, error: systemError('ECONNRESET', 'read') }, 'http2', 'ECONNRESET', 'read ECONNRESET'],
    ['the end', established, 'http2', 'CLOSED', 'the peer closed the connection'],
    [
      'a TLS error later on',
      { ...established, encrypted: true, error: sslError('ERR_SSL_BAD_RECORD', 'bad record') },
      'http2',
      'ERR_SSL_BAD_RECORD',
      'bad record',
    ],
    [
      'something thrown that is no error',
      { ...established, error: 'oops' },
      'http2',
      'CLOSED',
      'the peer closed the connection',
    ],
  ])('%s', (_what, lost, phase, code, message) => {
    const failure = explainLoss({ peer: 'host:1', phase: 'connect', encrypted: false, established: false, ...lost });
    expect(failure).toMatchObject({ phase, code, message, peer: 'host:1', name: 'TransportFailure' });
    expect(failure.cause).toBe(lost.error);
  });

  it('names every address that was tried', () => {
    const errors = [systemError('ECONNREFUSED', 'connect ::1'), systemError('ETIMEDOUT', 'connect 127.0.0.1')];
    const error = Object.assign(new AggregateError(errors), { code: 'ECONNREFUSED' });
    const failure = explainLoss({ peer: 'localhost:1', phase: 'connect', encrypted: false, established: false, error });
    expect(failure).toMatchObject({
      code: 'ECONNREFUSED',
      message: 'connect ::1 ECONNREFUSED; connect 127.0.0.1 ETIMEDOUT',
    });
  });
});

describe('GOAWAY', () => {
  it.each([
    [0, undefined, 'GOAWAY', 'the peer sent GOAWAY (NO_ERROR)'],
    [2, Buffer.from('bug'), 'GOAWAY', 'the peer sent GOAWAY (INTERNAL_ERROR, bug)'],
    [11, Buffer.from('too_many_pings'), 'TOO_MANY_PINGS', 'the peer sent GOAWAY (ENHANCE_YOUR_CALM, too_many_pings)'],
    [77, Buffer.alloc(0), 'GOAWAY', 'the peer sent GOAWAY (0x4d)'],
  ])('%d with %s is %s', (code, debug, ownCode, message) => {
    expect(goAwayFailure(readGoAway(code, 5, debug), 'host:1')).toMatchObject({
      phase: 'http2',
      code: ownCode,
      message,
    });
  });
});
