import net, { type Server, type Socket } from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import type { LogSink } from '../../base/index.ts';
import type { Address } from '../../grpc/index.ts';
import type { Peer } from '../../grpc/server/index.ts';
import type { Listener, ServerTls } from '../types.ts';
import { openListener } from './open-listener.ts';
import { type Protocol, sniff } from './sniff.ts';
import { commonNameOf, hasBadCertificate, tlsOptions } from './tls.ts';

/** Who takes a connection, once it is known what is spoken on it. */
export type Take = (protocol: Protocol, socket: Socket, peer: Peer) => void;

/** The listening side of a server: accepts, does TLS, finds out the protocol, and keeps track of every socket. */
export class Gate {
  readonly #take: Take;
  readonly #log: LogSink;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  constructor(take: Take, log: LogSink) {
    this.#take = take;
    this.#log = log;
  }

  /** @throws Error that names the listener or the material at fault */
  async open({ address, secure = false }: Listener, material: ServerTls | undefined): Promise<Address> {
    const server = secure ? this.#secureServer(material) : net.createServer({ noDelay: true });
    server.on('connection', (socket: Socket) => this.#track(socket));
    if (!secure) server.on('connection', (socket: Socket) => this.#identify(socket, { address: peerOf(socket) }));
    const bound = await openListener(server, address);
    server.on('error', (error) =>
      this.#log({ level: 'error', message: 'a listener failed', fields: { error: error.message } }),
    );
    this.#servers.push(server);
    return bound;
  }

  /** Takes no new connections; files of sockets go away. */
  shut(): Promise<void> {
    const servers = this.#servers.splice(0);
    const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    return Promise.all(closed).then(() => undefined);
  }

  /** Ends what connections there are, whatever they are doing. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #secureServer(material: ServerTls | undefined): Server {
    if (material === undefined) throw new Error('a listener is to speak TLS, but there is no certificate for it');
    const server = tls.createServer({ ...tlsOptions(material), noDelay: true });
    server.on('secureConnection', (socket) => this.#takeSecure(socket));
    server.on('tlsClientError', (error, socket) => {
      this.#log({
        level: 'warn',
        message: 'rejected connection',
        fields: { remote: peerOf(socket), error: error.message },
      });
      socket.destroy();
    });
    return server;
  }

  #takeSecure(socket: TLSSocket): void {
    this.#track(socket);
    const address = peerOf(socket);
    if (hasBadCertificate(socket)) {
      this.#log({
        level: 'warn',
        message: 'rejected connection',
        fields: { remote: address, error: 'bad certificate' },
      });
      socket.destroy();
      return;
    }
    const peer = { address, commonName: commonNameOf(socket) };
    if (socket.alpnProtocol === 'h2') this.#take('h2', socket, peer);
    else this.#identify(socket, peer);
  }

  #identify(socket: Socket, peer: Peer): void {
    sniff(socket, (protocol) => this.#take(protocol, socket, peer));
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}); // A client that breaks off is no news.
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

const peerOf = ({ remoteAddress, remotePort }: Socket): string =>
  remoteAddress === undefined ? 'unix' : `${remoteAddress}:${remotePort}`;
