import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Readable } from 'node:stream';
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

/** The same on a stream of HTTP/2, which clients over TLS prefer. */
export function fromHttp2(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): [GatewayRequest, GatewayReply] {
  const gone = new AbortController();
  stream.on('close', () => gone.abort());
  // A client that breaks off is no news.
  stream.on('error', () => undefined);
  return [
    {
      method: headers[':method'] ?? '',
      path: headers[':path'] ?? '',
      authorization: headers.authorization,
      body: kept(stream),
      signal: gone.signal,
    },
    {
      head: (status, fields) => {
        if (!stream.closed) stream.respond({ ':status': status, ...fields });
      },
      write: (text) => (stream.closed ? Promise.resolve() : written(stream, stream.write(text))),
      end: (text) => {
        if (!stream.closed) stream.end(text);
      },
    },
  ];
}

/** A body of which no more may be read than is needed: to stop reading must not end what carries the answer. */
const kept = (body: Readable): AsyncIterable<Uint8Array> => body.iterator({ destroyOnReturn: false });

/** Waits for room unless there is some, or the other end has gone. */
async function written(target: ServerResponse | ServerHttp2Stream, hasRoom: boolean): Promise<void> {
  if (hasRoom || target.destroyed) return;
  const over = new AbortController();
  const options = { signal: over.signal };
  await Promise.race([once(target, 'drain', options), once(target, 'close', options)]).catch(() => undefined);
  over.abort();
}
