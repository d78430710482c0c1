import http, { type Server } from 'node:http';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { HttpRouter } from './router.ts';

/** As etcd's --cors, which allows everybody unless it is set. */
const ANY_ORIGIN = {
  'access-control-allow-headers': 'accept, content-type, authorization',
  'access-control-allow-methods': 'POST, GET, OPTIONS, PUT, DELETE',
  'access-control-allow-origin': '*',
};

/** Speaks HTTP/1.1 on the connections handed to it by `emit('connection')`; it listens on nothing. */
export function http1Server(route: HttpRouter): Server {
  return http.createServer((request, response) => {
    request.resume(); // No request needs its body.
    void route(request.method ?? '', request.url ?? '').then(({ status, headers, body }) => {
      response.writeHead(status, { ...ANY_ORIGIN, ...headers, 'content-length': Buffer.byteLength(body) });
      response.end(body);
    });
  });
}

/** The same answers on a stream of HTTP/2, which TLS clients prefer. False when the request asks for something else. */
export function answerOnStream(route: HttpRouter, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): boolean {
  const method = headers[':method'] ?? '';
  if (method !== 'GET' && method !== 'HEAD') return false;
  stream.resume();
  void route(method, headers[':path'] ?? '').then((answer) => {
    if (stream.destroyed || stream.closed) return;
    stream.respond({ ':status': answer.status, ...ANY_ORIGIN, ...answer.headers });
    stream.end(answer.body);
  });
  return true;
}
