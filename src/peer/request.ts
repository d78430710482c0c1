import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { messageOf } from '../base/index.ts';
import { dialFailure } from './remote-alert.ts';
import { PeerError } from './errors.ts';

/** What this member shows and demands when it dials another over TLS. */
export interface PeerTls {
  readonly ca: string | Buffer | undefined;
  readonly cert: string | Buffer | undefined;
  readonly key: string | Buffer | undefined;
  /** The name that the other's certificate has to carry, if it is not that of the URL. */
  readonly serverName?: string | undefined;
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  readonly ciphers?: string | undefined;
  /** Default: true. */
  readonly verify?: boolean | undefined;
  /** Why a verified certificate of the other may not be trusted all the same; undefined if it may. */
  readonly refusalOf?: ((certificate: PeerCertificate) => string | undefined) | undefined;
}

export interface DialOptions {
  /** Asked anew for each connection, since files are replaced while a member runs. */
  readonly tls: () => PeerTls | undefined;
  /** A connection on which nothing happens for so long is given up. */
  readonly idleTimeoutMs: number;
  /** The address to dial from; the platform chooses if absent. */
  readonly localAddress?: string | undefined;
}

export interface Outgoing {
  readonly method: 'GET' | 'POST';
  /** Of the peer, without path. */
  readonly url: string;
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** Makes requests to the peer URLs of other members. */
export class Dialer {
  readonly #options: DialOptions;
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;
  #isClosed = false;

  constructor(options: DialOptions) {
    this.#options = options;
    // Streams and posts live on connections of their own; posts use theirs again.
    const { localAddress } = options;
    const common = { keepAlive: true, maxFreeSockets: 4, ...(localAddress !== undefined && { localAddress }) };
    this.#http = new HttpAgent(common);
    this.#https = new HttpsAgent(common);
  }

  /** The request, not ended yet. Its errors are the caller's to listen to. */
  open({ method, url, path, headers }: Outgoing): ClientRequest {
    if (this.#isClosed) throw new PeerError('unreachable', 'the transport is closed');
    const timeout = this.#options.idleTimeoutMs;
    // etcd's unix URLs name a socket as `host:port` or as a path: both are the name of its file.
    const unix = /^(unixs?):(?:\/\/)?(.*)$/.exec(url);
    if (unix !== null) {
      const isSecure = unix[1] === 'unixs';
      const common = { method, path, headers: { ...headers, Host: 'localhost' }, socketPath: unix[2] ?? '' };
      return isSecure ? httpsRequest({ ...common, timeout, ...this.#tls() }) : httpRequest({ ...common, timeout });
    }
    const target = new URL(path, url);
    return target.protocol === 'https:'
      ? httpsRequest(target, { method, headers, timeout, agent: this.#https, ...this.#tls() })
      : httpRequest(target, { method, headers, timeout, agent: this.#http });
  }

  /** Sends a small body and reads the whole answer. @throws PeerError `unreachable` or `malformed` */
  async exchange(outgoing: Outgoing, body?: Uint8Array, limitBytes = 1 << 20): Promise<Answer> {
    // Without it the body of a GET, which etcd's members use, would not be framed.
    const length = body === undefined ? {} : { 'Content-Length': String(body.length) };
    const complete = { ...outgoing, headers: { ...outgoing.headers, ...length } };
    const response = await this.send(complete, async (request) => void request.end(body));
    return { status: response.statusCode ?? 0, text: await readAll(response, limitBytes) };
  }

  /** Sends a body and resolves when the answer begins. @throws PeerError `unreachable` */
  async send(outgoing: Outgoing, write: (request: ClientRequest) => Promise<void>): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void =>
        reject(
          new PeerError('unreachable', `${outgoing.url}${outgoing.path}: ${dialFailure(error)}`, { cause: error }),
        );
      try {
        const request = this.open(outgoing);
        request.on('timeout', () => request.destroy(new Error('the connection timed out')));
        request.on('error', fail);
        request.on('response', resolve);
        write(request).catch((error: unknown) => request.destroy(error instanceof Error ? error : undefined));
      } catch (error) {
        fail(error);
      }
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#http.destroy();
    this.#https.destroy();
  }

  #tls(): object {
    const tls = this.#options.tls();
    if (tls === undefined) return {};
    return {
      ca: tls.ca,
      cert: tls.cert,
      key: tls.key,
      servername: tls.serverName,
      minVersion: tls.minVersion ?? 'TLSv1.2',
      maxVersion: tls.maxVersion,
      ciphers: tls.ciphers,
      rejectUnauthorized: tls.verify ?? true,
      checkServerIdentity: (host: string, certificate: PeerCertificate): Error | undefined => {
        const refusal = tls.refusalOf?.(certificate);
        return refusal === undefined ? checkServerIdentity(host, certificate) : new Error(refusal);
      },
    };
  }
}

export interface Answer {
  readonly status: number;
  readonly text: Buffer;
}

/** @throws PeerError */
export async function readAll(response: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response) {
      if (!Buffer.isBuffer(chunk)) continue;
      length += chunk.length;
      if (length > limitBytes) throw new PeerError('malformed', `a body is longer than ${limitBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof PeerError) throw error;
    throw new PeerError('unreachable', messageOf(error), { cause: error });
  }
  return Buffer.concat(chunks);
}
