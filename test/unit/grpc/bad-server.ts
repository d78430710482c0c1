import { once } from 'node:events';
import http2, { type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { createServer, type Socket } from 'node:net';
import { encodeFrame } from '../../../src/grpc/framing.ts';
import { portOf } from '../../support/ports.ts';

/** A server for one test; it takes everything down with it. */
export interface BadServer {
  readonly port: number;
  /** All that have ever connected. */
  readonly sessions: readonly ServerHttp2Session[];
  readonly sockets: readonly Socket[];
  readonly stop: () => Promise<void>;
}

export type Behaviour = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** Speaks HTTP/2, and then does with each stream what the test wants. */
export async function serveHttp2(behave: Behaviour, options: http2.ServerOptions = {}): Promise<BadServer> {
  const server = http2.createServer(options);
  const sessions: ServerHttp2Session[] = [];
  server.on('session', (session) => sessions.push(session));
  server.on('sessionError', () => {});
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    behave(stream, headers);
  });
  return listen(server, sessions);
}

/** Speaks bytes. */
export function serveTcp(behave: (socket: Socket) => void): Promise<BadServer> {
  return listen(createServer(behave), []);
}

async function listen(
  server: ReturnType<typeof createServer> | http2.Http2Server,
  sessions: ServerHttp2Session[],
): Promise<BadServer> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    sessions,
    sockets,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** One message, framed. */
export const frame = (text: string): Uint8Array => encodeFrame(Buffer.from(text), Number.POSITIVE_INFINITY);

export const grpcHeaders = { ':status': 200, 'content-type': 'application/grpc' } as const;

/** Answers well: the messages, then these trailers. */
export function answer(stream: ServerHttp2Stream, messages: readonly string[], trailers: Record<string, string>): void {
  stream.respond(grpcHeaders, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  for (const message of messages) stream.write(frame(message));
  stream.end();
}

/** An empty SETTINGS frame, with which every server must begin. */
export const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
