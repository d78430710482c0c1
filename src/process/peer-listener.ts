import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type LogSink, messageOf } from '../base/index.ts';
import { refusalOf } from './tls/allowed.ts';
import { openListener } from '../serve/index.ts';
import { type Place, placeOf } from './listen.ts';
import type { TlsFiles } from './tls/material.ts';
import type { Verdict } from './tls/revocations.ts';
import { addressRefusal } from './tls/san.ts';
import type { TlsSettings } from './settings.ts';

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

export interface PeerListenerOptions {
  readonly urls: readonly string[];
  /** Needed when a URL is https or unixs. */
  readonly tls: PeerTlsOptions | undefined;
  readonly handle: RequestListener;
  readonly log: LogSink;
}

export interface Listeners {
  /** Takes nothing new and ends what there is. */
  close(): Promise<void>;
}

/**
 * Listens on a member's peer URLs.
 * @throws Error naming the address that cannot be listened on; nothing stays open then
 */
export async function listenForPeers(options: PeerListenerOptions): Promise<Listeners> {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const close = async (): Promise<void> => {
    const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    // The server itself knows of those alone that have come as far as to HTTP: one in the middle of its handshake would
    // hold it open for as long as the other end likes.
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  };
  try {
    for (const url of options.urls) {
      const place = placeOf(url);
      const server = place.isSecure ? secureServer(place, options) : createServer(options.handle);
      // Streams between members are one request that never ends.
      server.requestTimeout = 0;
      server.headersTimeout = 300_000;
      servers.push(server);
      server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      });
      await openListener(server, place);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

function secureServer(place: Place, { tls, handle, log }: PeerListenerOptions): Server {
  if (tls === undefined)
    throw new Error(`cannot listen on TLS without --peer-cert-file and --peer-key-file: ${place.url}`);
  const { settings } = tls;
  const isAsked = settings.clientCertAuth || settings.trustedCaFile !== '';
  let material = tls.files.read();
  const server = createSecureServer(
    {
      cert: material.cert,
      key: material.key,
      ca: material.ca,
      requestCert: isAsked,
      rejectUnauthorized: isAsked,
      minVersion: tls.minVersion,
      maxVersion: tls.maxVersion,
      ciphers: tls.ciphers,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    },
    (request, response) => {
      void vet(request.socket, tls).then((reason) => {
        if (reason === undefined) return handle(request, response);
        reject(log, request.socket, reason);
        return request.socket.destroy();
      });
    },
  );
  // Files are replaced while a member runs; a new connection sees the new ones.
  server.prependListener('connection', () => {
    try {
      const fresh = tls.files.read();
      if (fresh.cert === material.cert && fresh.key === material.key && fresh.ca === material.ca) return;
      material = fresh;
      server.setSecureContext({
        ...fresh,
        minVersion: tls.minVersion,
        maxVersion: tls.maxVersion,
        ciphers: tls.ciphers,
      });
    } catch (error) {
      log({
        level: 'warn',
        message: 'the TLS files of members cannot be read again',
        fields: { error: messageOf(error) },
      });
    }
  });
  server.on('tlsClientError', (error: Error, socket: TLSSocket) => reject(log, socket, error.message));
  return server;
}

const vetted = new WeakMap<Socket, Promise<string | undefined>>();

/** Why a connection's certificate may not come in; asked once for each. */
function vet(socket: Socket, tls: PeerTlsOptions): Promise<string | undefined> {
  const known = vetted.get(socket);
  if (known !== undefined) return known;
  const verdict = judge(socket, tls);
  vetted.set(socket, verdict);
  return verdict;
}

async function judge(socket: Socket, { settings, revoked }: PeerTlsOptions): Promise<string | undefined> {
  if (!isTls(socket)) return undefined;
  const certificate = socket.getPeerCertificate(true);
  if (certificate === null || Object.keys(certificate).length === 0) return undefined;
  const refusal = revoked(certificate) ?? refusalOf(certificate, settings);
  if (refusal !== undefined || settings.skipSanVerification || socket.remoteAddress === undefined) return refusal;
  return addressRefusal(certificate, socket.remoteAddress);
}

const isTls = (socket: Socket): socket is TLSSocket => 'getPeerCertificate' in socket;

function reject(log: LogSink, socket: Socket, reason: string): void {
  const serverName = 'servername' in socket && typeof socket.servername === 'string' ? socket.servername : '';
  const fields = {
    'remote-addr': `${socket.remoteAddress}:${socket.remotePort}`,
    'server-name': serverName,
    error: reason,
  };
  log({ level: 'warn', message: 'rejected connection on peer endpoint', fields });
}
