import { createServer as createHttpsServer } from 'node:https';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { inspect } from 'node:util';
import { ServerCredentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StatusCode, type TlsOptions } from '../../../src/grpc/index.ts';
import { type Authority, type CertificatePair, issueAuthority } from '../../support/pki.ts';
import { portOf } from '../../support/ports.ts';
import { serveTcp } from './bad-server.ts';
import { type EchoServer, startEchoServer } from './echo-server.ts';
import { channelTo, toServer } from './harness.ts';
import { echo, rejection } from './methods.ts';

let authority: Authority;
let stranger: Authority;
let server: CertificatePair;
let client: CertificatePair;
/** Wants no client certificate, and one that the authority has signed. */
let open: EchoServer;
let guarded: EchoServer;

const credentials = (pair: CertificatePair, clientCa?: string): ServerCredentials =>
  ServerCredentials.createSsl(
    clientCa === undefined ? null : Buffer.from(clientCa),
    [{ cert_chain: Buffer.from(pair.cert), private_key: Buffer.from(pair.key) }],
    clientCa !== undefined,
  );

beforeAll(async () => {
  authority = await issueAuthority('the authority');
  stranger = await issueAuthority('a stranger');
  server = await authority.issue({ commonName: 'server', hosts: ['localhost', '127.0.0.1', 'etcd.example'] });
  client = await authority.issue({ commonName: 'root', client: true });
  open = await startEchoServer(credentials(server));
  guarded = await startEchoServer(credentials(server, authority.cert));
});
afterAll(() => {
  open.stop();
  guarded.stop();
});

const to = (port: number, tls: TlsOptions, host = '127.0.0.1') => channelTo({ kind: 'tcp', host, port }, { tls });
const call = (port: number, tls: TlsOptions, host?: string) => to(port, tls, host).unary(echo.unary, 'secret');

/** What each call ends with, and what a second one does: the failure must not depend on who comes first. */
async function failure(port: number, tls: TlsOptions, host?: string) {
  const channel = to(port, tls, host);
  const errors = await Promise.all([1, 2].map(() => rejection(channel.unary(echo.unary, 'secret'))));
  for (const error of errors) {
    expect(error).toMatchObject({ code: StatusCode.Unavailable, unprocessed: true });
    expect(error.cause).toBe(channel.lastFailure);
  }
  expect(await rejection(channel.connect())).toMatchObject({ code: StatusCode.Unavailable, unprocessed: true });
  const { phase, code } = errors[0].cause;
  return { phase, code };
}

describe('a TLS connection', () => {
  it.each<[string, () => TlsOptions, string]>([
    ['by IP address', () => ({ ca: authority.cert }), '127.0.0.1'],
    ['by name', () => ({ ca: authority.cert }), 'localhost'],
    ['with the authority as bytes', () => ({ ca: Buffer.from(authority.cert) }), '127.0.0.1'],
    [
      'with a bundle of authorities',
      () => ({ ca: `${stranger.cert}\n# the right one\n${authority.cert}` }),
      'localhost',
    ],
    ['under another name', () => ({ ca: authority.cert, serverName: 'etcd.example' }), '127.0.0.1'],
    ['under another address', () => ({ ca: authority.cert, serverName: '127.0.0.1' }), 'localhost'],
    ['without verification', () => ({ skipVerify: true }), '127.0.0.1'],
    ['without verification, under any name', () => ({ skipVerify: true, serverName: 'nobody.example' }), 'localhost'],
  ])('works %s', async (_how, options, host) => {
    expect(await call(open.port, options(), host)).toBe('secret');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('works with a client certificate over %s', async (version) => {
    const { port, stop } = await serveTls({ requestCert: true, ca: authority.cert, maxVersion: version });
    const channel = to(port, { ca: authority.cert, ...client });
    expect(await rejection(channel.unary(echo.unary, 'x'))).toMatchObject({ details: expect.stringContaining('root') });
    stop();
  });

  it('works through a unix socket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'grpc-'));
    const path = join(directory, 'etcd.sock');
    const server_ = await startEchoServer(credentials(server), { address: `unix:${path}` });
    const channel = channelTo({ kind: 'unix', path }, { tls: { ca: authority.cert } });
    expect(await channel.unary(echo.unary, 'local')).toBe('local');
    expect(channel.peer).toBe(`unix:${path}`);
    server_.stop();
    await rm(directory, { recursive: true });
  });

  it('sends the name as SNI, but never an address', async () => {
    const names: unknown[] = [];
    const { port, stop } = await serveTls({
      SNICallback: (name, done) => {
        names.push(name);
        done(null, tls.createSecureContext(server));
      },
    });
    await rejection(call(port, { ca: authority.cert }, 'localhost'));
    await rejection(call(port, { ca: authority.cert, serverName: 'etcd.example' }));
    await rejection(call(port, { ca: authority.cert }));
    await rejection(call(port, { ca: authority.cert, serverName: '127.0.0.1' }, 'localhost'));
    expect(names).toEqual(['localhost', 'etcd.example']);
    stop();
  });
});

describe('a TLS connection that fails', () => {
  it.each<[string, () => TlsOptions, string]>([
    ['an unknown authority', () => ({ ca: stranger.cert }), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['none of the system’s authorities', () => ({}), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['an empty bundle', () => ({ ca: '' }), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['a bundle of something else', () => ({ ca: 'no certificate' }), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['another name', () => ({ ca: authority.cert, serverName: 'etcd.test' }), 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['another address', () => ({ ca: authority.cert, serverName: '10.1.2.3' }), 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('for %s', async (_why, options, code) => {
    expect(await failure(open.port, options())).toEqual({ phase: 'tls', code });
  });

  it('for an expired certificate', async () => {
    const expired = await authority.issue({ commonName: 'old', hosts: ['127.0.0.1'], expired: true });
    const { port, stop } = await startEchoServer(credentials(expired));
    expect(await failure(port, { ca: authority.cert })).toEqual({ phase: 'tls', code: 'CERT_HAS_EXPIRED' });
    stop();
  });

  it('for a chain that ends in an authority of its own', async () => {
    const chain = { cert: `${server.cert}${authority.cert}`, key: server.key };
    const { port, stop } = await startEchoServer(credentials(chain));
    expect(await failure(port, { ca: stranger.cert })).toEqual({ phase: 'tls', code: 'SELF_SIGNED_CERT_IN_CHAIN' });
    stop();
  });

  it('for want of a client certificate, though TLS 1.3 tells only after the handshake', async () => {
    for (let round = 0; round < 10; round += 1) {
      expect(await failure(guarded.port, { ca: authority.cert })).toEqual({
        phase: 'tls',
        code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      });
    }
  });

  it('names OpenSSL’s reason and nothing of its sources', async () => {
    const error = await rejection(call(guarded.port, { ca: authority.cert }));
    expect(error.details).toBe(`cannot connect to 127.0.0.1:${guarded.port}: tlsv13 alert certificate required`);
    expect(error.cause.message).toBe('tlsv13 alert certificate required');
  });

  it('for want of a client certificate in TLS 1.2', async () => {
    const { port, stop } = await serveTls({
      requestCert: true,
      rejectUnauthorized: true,
      ca: authority.cert,
      maxVersion: 'TLSv1.2',
    });
    const { phase, code } = await failure(port, { ca: authority.cert });
    expect(phase).toBe('tls');
    expect(code).toMatch(/^ERR_SSL_.*ALERT_HANDSHAKE_FAILURE$/);
    stop();
  });

  it('for a client certificate of another authority', async () => {
    const other = await stranger.issue({ commonName: 'intruder', client: true });
    const error = await rejection(call(guarded.port, { ca: authority.cert, ...other }));
    // Go sends an alert; Node's servers only hang up.
    expect(error).toMatchObject({ code: StatusCode.Unavailable, unprocessed: false });
    expect(error.cause).toMatchObject({ phase: 'http2', code: 'CLOSED_BEFORE_SETTINGS' });
  });

  it('for a server that offers no HTTP/2', async () => {
    const https = createHttpsServer({ ...server });
    await new Promise<void>((listening) => https.listen(0, '127.0.0.1', listening));
    expect(await failure(portOf(https), { ca: authority.cert })).toEqual({ phase: 'tls', code: 'ALPN_REFUSED' });
    https.close();
    const { port, stop } = await serveTls({ ALPNProtocols: [] });
    expect(await failure(port, { ca: authority.cert })).toEqual({ phase: 'tls', code: 'ALPN_REFUSED' });
    stop();
  });

  it('for a server that knows only old versions', async () => {
    const { port, stop } = await serveTls({
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const { phase, code } = await failure(port, { ca: authority.cert });
    expect(phase).toBe('tls');
    expect(code).toMatch(/^ERR_SSL_(TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/);
    stop();
  });

  it('for a server in plaintext', async () => {
    const http2 = await startEchoServer();
    const ofHttp2 = await failure(http2.port, { ca: authority.cert });
    expect(ofHttp2.phase).toBe('tls');
    http2.stop();
    const http1 = await serveTcp((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(await failure(http1.port, { ca: authority.cert })).toEqual({
      phase: 'tls',
      code: 'ERR_SSL_WRONG_VERSION_NUMBER',
    });
    await http1.stop();
    const silent = await serveTcp((socket) => socket.once('data', () => socket.end()));
    expect(await failure(silent.port, { ca: authority.cert })).toEqual({ phase: 'tls', code: 'ECONNRESET' });
    await silent.stop();
  });

  it('because the server hangs up right after the handshake', async () => {
    const { port, stop } = await serveTls({}, (socket) => socket.destroy());
    const error = await rejection(call(port, { ca: authority.cert }));
    expect(error).toMatchObject({ code: StatusCode.Unavailable, unprocessed: false });
    expect(error.cause).toMatchObject({ phase: 'http2', code: 'CLOSED_BEFORE_SETTINGS' });
    stop();
  });
});

describe('plaintext spoken to a TLS server', () => {
  it('is told from a lost connection', async () => {
    const channel = channelTo({ kind: 'tcp', host: '127.0.0.1', port: open.port });
    const error = await rejection(channel.unary(echo.unary, 'x'));
    expect(error).toMatchObject({ code: StatusCode.Unavailable });
    expect(error.cause).toMatchObject({ phase: 'http2', code: 'NOT_HTTP2' });
  });
});

describe('TLS material', () => {
  it.each<[string, () => TlsOptions, RegExp]>([
    ['a key of another certificate', () => ({ cert: client.cert, key: server.key }), /KEY_VALUES_MISMATCH/],
    ['a key that is none', () => ({ cert: client.cert, key: 'no key' }), /^ERR_OSSL_/],
    ['a certificate that is none', () => ({ cert: 'no certificate', key: client.key }), /^ERR_OSSL_/],
  ])('is refused before connecting: %s', async (_what, options, code) => {
    const channel = to(open.port, { ca: authority.cert, ...options() });
    for (let round = 0; round < 2; round += 1) {
      const error = await rejection(channel.unary(echo.unary, 'x'));
      expect(error).toMatchObject({ code: StatusCode.Unavailable, unprocessed: true });
      expect(error.cause).toMatchObject({ phase: 'tls' });
      expect(error.cause.code).toMatch(code);
    }
  });

  it('is in no error, and not in the channel as it prints', async () => {
    const channels = [
      to(guarded.port, { ca: stranger.cert, ...client }),
      to(guarded.port, { ca: authority.cert, cert: server.cert, key: client.key }),
      toServer(await serveTcp((socket) => socket.end('nonsense')), { tls: { ca: authority.cert, ...client } }),
    ];
    const secret = client.key.split('\n')[1]!;
    for (const channel of channels) {
      const error = await rejection(channel.unary(echo.unary, 'x'));
      const printed = inspect([channel, error], { depth: 20, showHidden: true });
      expect(printed).toContain('TransportFailure');
      expect(printed).not.toContain(secret);
      expect(printed).not.toContain('PRIVATE KEY');
    }
  });
});

/** A bare TLS server that accepts HTTP/2 and then, unless told otherwise, answers with the client's name. */
async function serveTls(options: tls.TlsOptions, behave: (socket: tls.TLSSocket) => void = tellName) {
  const listener = tls.createServer({ ALPNProtocols: ['h2'], ...server, ...options }, behave);
  listener.on('tlsClientError', () => {});
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
  return { port: portOf(listener), stop: () => listener.close() };
}

/** Not HTTP/2, but enough to see who came: a GOAWAY frame with the name as its debug data. */
function tellName(socket: tls.TLSSocket): void {
  const name = Buffer.from(String(socket.getPeerCertificate().subject?.CN ?? 'nobody'));
  const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  const goAway = Buffer.from([0, 0, 8 + name.length, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
  socket.on('error', () => {});
  socket.end(Buffer.concat([settings, goAway, name]));
}
