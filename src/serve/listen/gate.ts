import net, { type Server, type Socket } from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import { type LogSink, messageOf } from '../../base/index.ts';
import type { Address } from '../../grpc/index.ts';
import type { Peer } from '../../grpc/server/index.ts';
import type { Listener, ServerTls } from '../types.ts';
import { openListener } from './open-listener.ts';
import { tellTls } from './first-byte.ts';
import { type Protocol, sniff } from './sniff.ts';
import { commonNameOf, hasBadCertificate, refusalOf, tlsOptions } from './tls.ts';

/** Who takes a connection, once it is known what is spoken on it. */
export type Take = (protocol: Protocol, socket: Socket, peer: Peer, serves: Listener['serves']) => void;

type Material = ServerTls | (() => ServerTls) | undefined;

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
  async open({ address, secure = false, serves }: Listener, material: Material): Promise<Address> {
    const server = secure === true ? this.#secureServer(material, serves) : net.createServer({ noDelay: true });
    server.on('connection', (socket: Socket) => this.#track(socket));
    if (secure !== true) {
      const plain = (socket: Socket): void => this.#identify(socket, { address: peerOf(socket) }, serves);
      server.on('connection', secure ? this.#eitherOf(plain, this.#secureServer(material, serves)) : plain);
    }
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

  /** What speaks TLS goes to a server of its own, which does not listen. */
  #eitherOf(plain: (socket: Socket) => void, secured: Server): (socket: Socket) => void {
    return (socket) => {
      tellTls(socket, (isTls) => {
        if (isTls) secured.emit('connection', socket);
        else plain(socket);
      });
    };
  }

  #secureServer(material: Material, serves: Listener['serves']): Server {
    const read = typeof material === 'function' ? material : () => material;
    let current = read();
    if (current === undefined) throw new Error('a listener is to speak TLS, but there is no certificate for it');
    // HTTP alone is spoken in the version in which it is answered.
    const protocols = serves === 'http' || serves === 'metrics' ? { ALPNProtocols: ['http/1.1'] } : {};
    const server = tls.createServer({ ...tlsOptions(current), ...protocols, noDelay: true });
    // A new connection sees the files as they are now.
    server.prependListener('connection', () => {
      try {
        const fresh = read();
        if (fresh === undefined || isSame(fresh, current)) return;
        current = fresh;
        server.setSecureContext(tlsOptions(fresh));
      } catch (error) {
        this.#reject({ remoteAddress: 'new connection' }, `the certificate cannot be read again: ${messageOf(error)}`);
      }
    });
    server.on('secureConnection', (socket) => this.#takeSecure(socket, current, serves));
    server.on('tlsClientError', (error, socket) => {
      this.#reject(socket, error.message);
      socket.destroy();
    });
    return server;
  }

  #takeSecure(socket: TLSSocket, material: ServerTls | undefined, serves: Listener['serves']): void {
    this.#track(socket);
    const refusal = hasBadCertificate(socket) ? 'bad certificate' : refusalOf(socket, material);
    if (refusal !== undefined) {
      this.#reject(socket, refusal);
      socket.destroy();
      return;
    }
    const peer = { address: peerOf(socket), commonName: commonNameOf(socket) };
    if (socket.alpnProtocol === 'h2') this.#take('h2', socket, peer, serves);
    else this.#identify(socket, peer, serves);
  }

  #reject(socket: Partial<Pick<Socket, 'remoteAddress' | 'remotePort'>>, error: string): void {
    const fields = { 'remote-addr': peerOf(socket), error };
    this.#log({ level: 'warn', message: 'rejected connection on client endpoint', fields });
  }

  #identify(socket: Socket, peer: Peer, serves: Listener['serves']): void {
    sniff(socket, (protocol) => this.#take(protocol, socket, peer, serves));
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}); // A client that breaks off is no news.
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

const isSame = (a: ServerTls, b: ServerTls | undefined): boolean =>
  a.cert === b?.cert && a.key === b.key && a.clientCa === b.clientCa;

const peerOf = ({ remoteAddress, remotePort }: Partial<Pick<Socket, 'remoteAddress' | 'remotePort'>>): string =>
  remoteAddress === undefined ? 'unix' : `${remoteAddress}:${remotePort}`;
