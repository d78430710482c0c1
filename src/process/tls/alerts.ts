import type { Socket } from 'node:net';
import type { Server, TLSSocket } from 'node:tls';
import { BAD_CERTIFICATE, firstAlert } from './alert.ts';

const APPLICATION_SECRET = /^SERVER_TRAFFIC_SECRET_0 \w+ (\w+)/;

/** Says to those who connect to a TLS server why they are turned away, where that is known when a handshake ends. */
export class Alerts {
  readonly #secrets = new WeakMap<TLSSocket, Buffer>();
  readonly #sockets = new Map<string, Socket>();

  constructor(server: Server) {
    server.on('keylog', (line: Buffer, socket: TLSSocket) => {
      const secret = APPLICATION_SECRET.exec(line.toString('latin1'))?.[1];
      if (secret !== undefined) this.#secrets.set(socket, Buffer.from(secret, 'hex'));
    });
    // Later it would be of no use any more.
    server.on('secureConnection', (socket) => void setImmediate(() => this.#secrets.delete(socket)));
  }

  /** @param raw a connection before anything was said on it, which its TLS is found by afterwards */
  watch(raw: Socket): void {
    const name = nameOf(raw);
    if (name === undefined) return;
    this.#sockets.set(name, raw);
    raw.once('close', () => this.#sockets.delete(name));
  }

  /** Call it while the server tells of the connection: then nothing else has been said to its other end. */
  badCertificate(socket: TLSSocket): void {
    const raw = this.#sockets.get(nameOf(socket) ?? '');
    const secret = this.#secrets.get(socket);
    if (raw === undefined || secret === undefined || socket.getProtocol() !== 'TLSv1.3') return;
    const record = firstAlert(secret, socket.getCipher().standardName, BAD_CERTIFICATE);
    if (record !== undefined) raw.write(record);
  }
}

/** Those of a unix socket cannot be told apart. */
const nameOf = ({ remoteAddress, remotePort }: Socket): string | undefined =>
  remoteAddress === undefined ? undefined : `${remoteAddress}:${remotePort}`;
