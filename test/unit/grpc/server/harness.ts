import http2, { type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2';
import net from 'node:net';
import { afterEach } from 'vitest';
import { systemClock } from '../../../../src/base/index.ts';
import { Channel, type ChannelOptions } from '../../../../src/grpc/index.ts';
import { GrpcServer, type GrpcServerOptions, openPipe } from '../../../../src/grpc/server/index.ts';

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

export const atEnd = (cleanup: () => unknown): void => void cleanups.push(cleanup);

/** A method of texts, for both sides. */
export const text = (path: string, requestStream = false, responseStream = false) => ({
  path,
  requestStream,
  responseStream,
  encode: (message: string) => Buffer.from(message),
  decode: (bytes: Uint8Array) => Buffer.from(bytes).toString(),
  decodeRequest: (bytes: Uint8Array) => Buffer.from(bytes).toString(),
  encodeResponse: (message: string) => Buffer.from(message),
});

export const methods = {
  one: text('/test.Text/One'),
  many: text('/test.Text/Many', false, true),
  chat: text('/test.Text/Chat', true, true),
};

export interface Running {
  readonly server: GrpcServer;
  readonly port: number;
  readonly channel: (options?: ChannelOptions) => Channel;
  /** A channel through memory. */
  readonly piped: () => Channel;
  readonly raw: () => ClientHttp2Session;
}

/** A server on a port of 127.0.0.1, with what `register` adds; all is closed after the test. */
export async function start(
  register: (server: GrpcServer) => void,
  options: Partial<GrpcServerOptions> = {},
): Promise<Running> {
  const server = new GrpcServer({ clock: systemClock, ...options });
  register(server);
  const listener = net.createServer({ noDelay: true }, (socket) => server.accept(socket, { address: 'test' }));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  atEnd(async () => {
    listener.close();
    await server.stop();
  });
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const channel = (channelOptions: ChannelOptions = {}): Channel => {
    const made = new Channel({ kind: 'tcp', host: '127.0.0.1', port }, channelOptions);
    atEnd(() => made.close());
    return made;
  };
  return {
    server,
    port,
    channel,
    piped: () =>
      channel({
        connect: () => {
          const { near, far } = openPipe();
          server.accept(far, { address: 'in-process' });
          return near;
        },
      }),
    raw: () => {
      const session = http2.connect(`http://127.0.0.1:${port}`);
      session.on('error', () => {});
      atEnd(() => session.destroy());
      return session;
    },
  };
}

/** What comes back on one raw stream. */
export interface RawAnswer {
  readonly headers: Record<string, unknown>;
  readonly trailers: Record<string, unknown>;
  readonly body: Buffer;
  readonly rstCode: number | undefined;
}

export const grpcHeaders: OutgoingHttpHeaders = {
  ':method': 'POST',
  ':path': methods.one.path,
  'content-type': 'application/grpc',
  te: 'trailers',
};

/** Sends a body, unframed as it is, and collects the answer. Without `end` the request stays open. */
export function exchange(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body: Uint8Array = new Uint8Array(),
  { end = true }: { end?: boolean } = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const stream = session.request(headers);
    const parts: Buffer[] = [];
    let head: Record<string, unknown> = {};
    let trailers: Record<string, unknown> = {};
    stream.on('response', (received) => (head = { ...received }));
    stream.on('trailers', (received) => (trailers = { ...received }));
    stream.on('data', (chunk: Buffer) => parts.push(chunk));
    stream.on('error', () => {});
    stream.on('close', () => resolve({ headers: head, trailers, body: Buffer.concat(parts), rstCode: stream.rstCode }));
    // Node ends a GET by itself.
    if (stream.writableEnded) return;
    if (end) stream.end(body);
    else stream.write(body);
  });
}

export function frame(message: Uint8Array | string, flags = 0): Buffer {
  const bytes = Buffer.from(message);
  const head = Buffer.alloc(5);
  head[0] = flags;
  head.writeUInt32BE(bytes.byteLength, 1);
  return Buffer.concat([head, bytes]);
}
