import { describe, expect, it } from 'vitest';
import { Deadline } from '../../../../src/base/index.ts';
import { readEndpoints } from '../../../../src/client/endpoints.ts';
import { explainCall, explainEndpoints, type Situation } from '../../../../src/client/explain/index.ts';
import type { TlsFiles } from '../../../../src/client/index.ts';
import { GrpcError, StatusCode, TransportFailure } from '../../../../src/grpc/index.ts';

const files: TlsFiles = {
  certFile: 'cli.crt',
  keyFile: 'cli.key',
  caFile: 'ca.crt',
  serverName: '',
  skipVerify: false,
};
const bare: TlsFiles = { ...files, certFile: '', keyFile: '', caFile: '' };

/** What is said of a failure at one endpoint while a call waited for it. */
function atEndpoint(
  failure: unknown,
  situation: Partial<Situation> = {},
  text = 'https://etcd:2379',
  isConnected = false,
): string[] {
  const endpoint = readEndpoints([text], false)[0]!;
  const explanations = explainEndpoints({ ...situation, endpoints: [{ endpoint, failure, isConnected }] });
  return explanations.flatMap(({ endpoint, cause, hint }) => [
    `${endpoint}: ${cause}`,
    ...(hint === undefined ? [] : [hint]),
  ]);
}

const transport = (
  phase: TransportFailure['phase'],
  code: string,
  message = 'a message',
  cause?: unknown,
): TransportFailure => new TransportFailure(phase, code, 'etcd:2379', message, cause);

describe('a connection that does not come about', () => {
  it.each<[TransportFailure['phase'], string, RegExp, RegExp]>([
    ['resolve', 'ENOTFOUND', /^https:\/\/etcd:2379: host name "etcd" not found$/, /--endpoints \(ETCDCTL_ENDPOINTS\)/],
    ['resolve', 'EAI_AGAIN', /name server gave no answer for host name "etcd"/, /DNS/],
    ['resolve', 'NO_ANSWER', /name server gave no answer/, /DNS/],
    ['resolve', 'EWEIRD', /"etcd" cannot be looked up: a message/, /--endpoints/],
    ['connect', 'ECONNREFUSED', /: connection refused$/, /is etcd running there\? check --endpoints/],
    ['connect', 'ETIMEDOUT', /no answer: timed out while connecting/, /firewalls/],
    ['connect', 'NO_ANSWER', /no answer: timed out while connecting/, /firewalls/],
    ['connect', 'EHOSTUNREACH', /no route to the host/, /--endpoints/],
    ['connect', 'ENETUNREACH', /no route to its network/, /--endpoints/],
    ['connect', 'ENOENT', /there is no such socket/, /is etcd running\?/],
    ['connect', 'EACCES', /permission denied to connect to the socket/, /user/],
    ['connect', 'EWEIRD', /cannot connect: a message/, /--endpoints/],
    ['http2', 'NOT_HTTP2', /does not answer in plaintext HTTP\/2: it probably wants TLS/, /https:\/\/.*--cacert/],
    ['http2', 'NO_ANSWER', /accepted, but the server does not speak/, /--endpoints/],
    ['http2', 'ETIMEDOUT', /accepted, but the server does not speak/, /--endpoints/],
    [
      'http2',
      'KEEPALIVE_TIMEOUT',
      /stopped answering \(keep-alive timeout\)/,
      /--keepalive-timeout \(ETCDCTL_KEEPALIVE_TIMEOUT\)/,
    ],
    ['tls', 'ALPN_REFUSED', /does not offer HTTP\/2/, /--endpoints/],
    ['tls', 'CLOSED', /hung up during the TLS handshake: it probably speaks plaintext/, /http:\/\/.*drop --cacert/],
    ['tls', 'ECONNRESET', /probably speaks plaintext/, /http:\/\//],
    ['tls', 'ERR_SSL_WRONG_VERSION_NUMBER', /the server answered in plaintext/, /http:\/\//],
    ['tls', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', /the server answered in plaintext/, /http:\/\//],
    ['tls', 'CERT_HAS_EXPIRED', /has expired/, /clock/],
    ['tls', 'CERT_NOT_YET_VALID', /not valid yet/, /clock/],
    ['tls', 'INVALID_PURPOSE', /not meant for servers/, /serverAuth/],
    ['tls', 'NO_ANSWER', /no answer during the TLS handshake/, /--endpoints/],
  ])('%s %s', (phase, code, cause, hint) => {
    const lines = atEndpoint(transport(phase, code));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(cause);
    expect(lines[1]).toMatch(hint);
  });

  it.each([
    [
      transport('http2', 'GOAWAY', 'the peer sent GOAWAY (ENHANCE_YOUR_CALM, too_many_pings)'),
      /too many keep-alive pings/,
    ],
    [
      transport('http2', 'GOAWAY', 'the peer sent GOAWAY (NO_ERROR)'),
      /the server ended the connection: the peer sent GOAWAY/,
    ],
    [transport('http2', 'CLOSED', 'the peer closed the connection'), /the connection was lost: the peer closed/],
    [transport('stream', 'REFUSED_STREAM', 'the peer reset the stream'), /the connection was lost: the peer reset/],
    [transport('tls', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'), /speaks no TLS 1.2 or 1.3/],
    [transport('tls', 'ERR_WEIRD', 'what?'), /the TLS handshake failed: what\? \(ERR_WEIRD\)/],
  ])('$message', (failure, cause) => {
    expect(atEndpoint(failure)[0]).toMatch(cause);
  });

  it('is told from the cause of a failed call as well', () => {
    const error = new GrpcError(StatusCode.Unavailable, 'x', { cause: transport('connect', 'ECONNREFUSED') });
    expect(atEndpoint(error)[0]).toBe('https://etcd:2379: connection refused');
  });

  it('names the socket of a unix endpoint', () => {
    expect(atEndpoint(transport('connect', 'ENOENT'), {}, 'unix:///run/etcd.sock')[0]).toBe(
      'unix:///run/etcd.sock: there is no such socket',
    );
  });
});

describe("the server's certificate", () => {
  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_SIGNATURE_FAILURE',
  ])('has an unknown authority: %s', (code) => {
    expect(atEndpoint(transport('tls', code))).toEqual([
      "https://etcd:2379: TLS: the server's certificate is signed by an unknown authority",
      'give the certificate of the authority that signed it with --cacert (ETCDCTL_CACERT)',
    ]);
    expect(atEndpoint(transport('tls', code), { tls: bare })[1]).toMatch(/^give/);
    expect(atEndpoint(transport('tls', code), { tls: files })).toEqual([
      "https://etcd:2379: TLS: the server's certificate is signed by an unknown authority: ca.crt did not sign it",
      'check --cacert (ETCDCTL_CACERT)',
    ]);
  });

  it('is for other names, which are listed', () => {
    const cause = Object.assign(new Error('x'), { cert: { subjectaltname: 'DNS:localhost, IP Address:127.0.0.1' } });
    const failure = transport('tls', 'ERR_TLS_CERT_ALTNAME_INVALID', 'x', cause);
    expect(atEndpoint(failure)[0]).toBe(
      "https://etcd:2379: TLS: the server's certificate is not for etcd; it names localhost, 127.0.0.1",
    );
    expect(atEndpoint(failure, { tls: { ...files, serverName: 'example.com' } })[0]).toContain(
      'not for example.com; it names',
    );
  });

  it.each([
    undefined,
    new Error('no certificate'),
    Object.assign(new Error('x'), { cert: {} }),
    Object.assign(new Error('x'), { cert: null }),
  ])('may name nobody', (cause) => {
    expect(atEndpoint(transport('tls', 'ERR_TLS_CERT_ALTNAME_INVALID', 'x', cause))[0]).toContain(
      'it names no name at all',
    );
  });
});

describe("the client's certificate", () => {
  const required = [
    'https://etcd:2379: TLS: the server asks for a client certificate',
    'give --cert and --key (ETCDCTL_CERT, ETCDCTL_KEY)',
  ];

  it.each([
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'CLOSED_BEFORE_SETTINGS',
  ])('is missing: %s', (code) => {
    const phase = code === 'CLOSED_BEFORE_SETTINGS' ? 'http2' : 'tls';
    expect(atEndpoint(transport(phase, code))).toEqual(required);
    expect(atEndpoint(transport(phase, code), { tls: bare })).toEqual(required);
  });

  it.each([
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'cli.crt'],
    [
      'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
      'cli.crt: it is signed by an authority that the server does not trust (its --trusted-ca-file)',
    ],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'cli.crt: it has expired'],
    ['ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE', 'cli.crt: unsupported certificate'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'cli.crt: certificate unknown'],
  ])('is rejected: %s', (code, rest) => {
    expect(atEndpoint(transport('tls', code), { tls: files })).toEqual([
      `https://etcd:2379: TLS: the server rejected the client certificate ${rest}`,
      'check --cert and --key (ETCDCTL_CERT, ETCDCTL_KEY)',
    ]);
  });
});

describe('a server that hangs up during the handshake', () => {
  it('speaks plaintext, or dislikes the certificate', () => {
    const failure = transport('tls', 'ECONNRESET');
    expect(atEndpoint(failure, { tls: bare })[0]).toMatch(/probably speaks plaintext$/);
    expect(atEndpoint(failure, { tls: files })[0]).toMatch(/plaintext, or it rejected the client certificate cli.crt$/);
  });
});

describe('an endpoint that does not answer in time', () => {
  it('is connected, or has said something before', () => {
    const late = new GrpcError(StatusCode.DeadlineExceeded, 'context deadline exceeded');
    expect(atEndpoint(late, {}, 'a:1', true)[0]).toBe('a:1: connected, but the request was not answered in time');
    expect(atEndpoint(undefined, {}, 'a:1', true)[1]).toMatch(/--command-timeout \(ETCDCTL_COMMAND_TIMEOUT\)/);
    const noLeader = new GrpcError(StatusCode.Unavailable, 'etcdserver: no leader');
    expect(atEndpoint(noLeader, {}, 'a:1', true)[0]).toBe(
      'a:1: this member sees no leader: too few members are up, or it is cut off from them',
    );
    const odd = new GrpcError(StatusCode.Unavailable, 'something odd');
    expect(atEndpoint(odd, {}, 'a:1', true)).toEqual(['a:1: something odd']);
  });

  it('was never tried, or cannot be', () => {
    expect(atEndpoint(undefined, {}, 'a:1')).toEqual([]);
    expect(atEndpoint(undefined, {}, 'a:x')).toEqual([
      'a:x: x is not a port (1 to 65535)',
      'check --endpoints (ETCDCTL_ENDPOINTS)',
    ]);
  });
});

describe('a failed call', () => {
  const endpoints = readEndpoints(['a:1', 'b:1'], false).map((endpoint, index) => ({
    endpoint,
    failure: index === 0 ? transport('connect', 'ECONNREFUSED') : undefined,
    isConnected: false,
  }));

  it('that ran out of time names what kept each endpoint', () => {
    const error = new GrpcError(StatusCode.DeadlineExceeded, 'context deadline exceeded');
    const failure = explainCall(error, { deadline: Deadline.after(0) }, { endpoints });
    expect(failure).toMatchObject({
      kind: 'rpc',
      message: 'context deadline exceeded',
      code: StatusCode.DeadlineExceeded,
      cause: error,
    });
    expect(failure.lines()[0]).toBe('a:1: connection refused');
  });

  it('that was cancelled needs no explanation', () => {
    const error = new GrpcError(StatusCode.Canceled, 'context canceled');
    expect(explainCall(error, { signal: AbortSignal.abort() }, { endpoints }).explanations).toEqual([]);
  });

  it('that was lost on the way may have been carried out', () => {
    const cause = transport('http2', 'CLOSED', 'gone');
    const at = [{ endpoint: readEndpoints(['a:1'], false)[0]!, failure: cause, isConnected: false }];
    const lost = new GrpcError(StatusCode.Unavailable, 'lost', { cause });
    expect(explainCall(lost, {}, { endpoints: at }).lines()).toEqual([
      'a:1: the connection was lost: gone',
      'the connection was lost with the request under way: it may or may not have been carried out',
    ]);
    const unsent = new GrpcError(StatusCode.Unavailable, 'lost', { cause, unprocessed: true });
    expect(explainCall(unsent, {}, { endpoints: at }).lines()).toHaveLength(1);
  });
});
