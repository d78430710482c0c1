import { createServer, type RequestListener, type Server } from 'node:http';
import type { Server as SocketServer, Socket } from 'node:net';
import type { LogSink } from '../base/index.ts';
import { openListener } from '../serve/index.ts';
import { type Place, placeOf } from './listen.ts';
import { type PeerTlsOptions, securePeers } from './secure-peers.ts';

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
  const servers: SocketServer[] = [];
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
      const server = serverAt(place, options);
      servers.push(server);
      for (const event of ['connection', 'secureConnection']) {
        server.on(event, (socket: Socket) => {
          sockets.add(socket);
          socket.once('close', () => sockets.delete(socket));
        });
      }
      await openListener(server, place);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

function serverAt(place: Place, { tls, handle, log }: PeerListenerOptions): SocketServer {
  const http: Server = createServer(handle);
  // Streams between members are one request that never ends.
  http.requestTimeout = 0;
  http.headersTimeout = 300_000;
  if (!place.isSecure) return http;
  if (tls === undefined)
    throw new Error(`cannot listen on TLS without --peer-cert-file and --peer-key-file: ${place.url}`);
  return securePeers(tls, (socket) => http.emit('connection', socket), log);
}
