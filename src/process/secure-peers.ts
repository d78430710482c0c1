import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { type LogSink, messageOf } from '../base/index.ts';
import type { TlsSettings } from './settings.ts';
import { Alerts } from './tls/alerts.ts';
import { refusalOf } from './tls/allowed.ts';
import type { TlsFiles } from './tls/material.ts';
import type { Verdict } from './tls/revocations.ts';
import { addressRefusal } from './tls/san.ts';

/** A peer that has not finished its handshake by then does not want to. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

export interface PeerTlsOptions {
  readonly files: TlsFiles;
  readonly settings: TlsSettings;
  readonly revoked: Verdict;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3' | undefined;
  readonly ciphers: string | undefined;
}

/**
 * A server that does TLS with other members, lets those in that may come in, and logs whom it turns away and why. Not
 * that of `node:https`: Bun's tells nothing of connections that come to nothing.
 * @param take given the connections of members
 */
export function securePeers(tls: PeerTlsOptions, take: (socket: TLSSocket) => void, log: LogSink): Server {
  const { settings, files, minVersion, maxVersion, ciphers } = tls;
  const isAsked = settings.clientCertAuth || settings.trustedCaFile !== '';
  let material = files.read();
  const server = createTlsServer({
    cert: material.cert,
    key: material.key,
    ca: material.ca,
    requestCert: isAsked,
    rejectUnauthorized: isAsked,
    minVersion,
    maxVersion,
    ciphers,
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  });
  // Files are replaced while a member runs; a new connection sees the new ones.
  server.prependListener('connection', () => {
    try {
      const fresh = files.read();
      if (fresh.cert === material.cert && fresh.key === material.key && fresh.ca === material.ca) return;
      material = fresh;
      server.setSecureContext({ ...fresh, minVersion, maxVersion, ciphers });
    } catch (error) {
      const fields = { error: messageOf(error) };
      log({ level: 'warn', message: 'the TLS files of members cannot be read again', fields });
    }
  });
  server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
    reject(log, socket, error.message);
    socket.destroy();
  });
  const alerts = new Alerts(server);
  server.on('secureConnection', (socket) => {
    socket.on('error', () => {}); // One that breaks off is heard of where its stream is read.
    const end = (refusal: string | undefined): void => {
      if (socket.destroyed) return;
      if (refusal === undefined) return take(socket);
      reject(log, socket, refusal);
      socket.destroy();
    };
    const verdict = judge(socket, tls);
    if (verdict instanceof Promise) return void verdict.then(end);
    // What was judged at once is told as a part of the handshake, before anything else is.
    if (verdict !== undefined) alerts.badCertificate(socket);
    return end(verdict);
  });
  return createServer({ noDelay: true }, (raw) => {
    alerts.watch(raw);
    server.emit('connection', raw);
  });
}

type Verdicts = string | undefined | Promise<string | undefined>;

/** Why a connection's certificate may not come in; undefined if it may. */
function judge(socket: TLSSocket, { settings, revoked }: PeerTlsOptions): Verdicts {
  const certificate = socket.getPeerCertificate(true);
  if (certificate === null || Object.keys(certificate).length === 0) return undefined;
  const refusal = revoked(certificate) ?? refusalOf(certificate, settings);
  if (refusal !== undefined || settings.skipSanVerification || socket.remoteAddress === undefined) return refusal;
  return addressRefusal(certificate, socket.remoteAddress);
}

function reject(log: LogSink, socket: Socket, reason: string): void {
  const serverName = 'servername' in socket && typeof socket.servername === 'string' ? socket.servername : '';
  const fields = {
    'remote-addr': `${socket.remoteAddress}:${socket.remotePort}`,
    'server-name': serverName,
    error: reason,
  };
  log({ level: 'warn', message: 'rejected connection on peer endpoint', fields });
}
