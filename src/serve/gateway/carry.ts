import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { PlainRequest } from '../../grpc/server/index.ts';
import type { GatewayReply, GatewayRequest } from './gateway.ts';

/** A request and its reply, as HTTP/1.1 carries them. */
export function fromHttp1(request: IncomingMessage, response: ServerResponse): [GatewayRequest, GatewayReply] {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return [
    {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: kept(request),
      signal: gone.signal,
    },
    {
      head: (status, headers) => void response.writeHead(status, headers),
      write: (text) => written(response, response.write(text)),
      end: (text) => void response.end(text),
    },
  ];
}

/** The same over HTTP/2, which clients over TLS prefer. */
export function fromHttp2(request: PlainRequest): [GatewayRequest, GatewayReply] {
  const { headers, body, signal } = request;
  const { ':method': method, ':path': path, authorization } = headers;
  return [
    {
      method: String(method),
      path: String(path),
      authorization: authorization === undefined ? undefined : String(authorization),
      body,
      signal,
    },
    {
      head: (status, fields) => request.respond(status, fields),
      write: (text) => request.write(text),
      end: (text) => request.end(text),
    },
  ];
}

/** A body of which no more may be read than is needed: to stop reading must not end what carries the answer. */
const kept = (body: Readable): AsyncIterable<Uint8Array> => body.iterator({ destroyOnReturn: false });

/** Waits for room unless there is some, or the other end has gone. */
async function written(target: ServerResponse, hasRoom: boolean): Promise<void> {
  if (hasRoom || target.destroyed) return;
  const over = new AbortController();
  const options = { signal: over.signal };
  await Promise.race([once(target, 'drain', options), once(target, 'close', options)]).catch(() => undefined);
  over.abort();
}
