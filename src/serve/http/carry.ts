import http, { type IncomingMessage, type Server } from 'node:http';
import type { PlainRequest } from '../../grpc/server/index.ts';
import { type Gateway, isGatewayPath } from '../gateway/index.ts';
import { fromHttp1, fromHttp2 } from '../gateway/carry.ts';
import { type AccessRules, admit } from './access.ts';
import type { HttpRouter } from './router.ts';

/** What answers requests over HTTP that are not gRPC's. */
export interface Site {
  readonly route: HttpRouter;
  /** Absent: /v3/ is not answered. */
  readonly gateway?: Gateway | undefined;
  readonly access: AccessRules;
}

/** etcd's older name of the gateway. */
const today = (target: string): string => target.replace(/^\/v3beta\//, '/v3/');

/** Speaks HTTP/1.1 on the connections handed to it by `emit('connection')`; it listens on nothing. */
export function http1Server({ route, gateway, access }: Site): Server {
  return http.createServer((request, response) => {
    const method = request.method ?? '';
    const target = today(request.url ?? '');
    const { headers, answer } = admit({ method, ...visitorOf(request), isSecure: isSecure(request) }, access);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (answer === undefined && gateway !== undefined && isGatewayPath(target)) {
      const [asked, reply] = fromHttp1(request, response);
      void gateway.handle({ ...asked, path: target }, reply);
      return;
    }
    request.resume(); // No other request needs its body.
    void Promise.resolve(answer ?? route(method, target)).then(({ status, headers: fields, body }) => {
      // Head and body leave in one piece: there are clients that give a connection up once they have seen the head.
      const { socket } = response;
      socket?.cork();
      response.writeHead(status, { ...fields, 'content-length': Buffer.byteLength(body) });
      response.end(body);
      socket?.uncork();
    });
  });
}

const visitorOf = ({ headers }: IncomingMessage): { host: string; origin: string } => ({
  host: headers.host ?? '',
  origin: headers.origin ?? '',
});

const isSecure = ({ socket }: IncomingMessage): boolean => 'encrypted' in socket && socket.encrypted === true;

/** The same answers over HTTP/2, which TLS clients prefer. False when the request asks for something else. */
export function answerPlain(site: Site, request: PlainRequest): boolean {
  const { headers } = request;
  const method = String(headers[':method']);
  const target = today(String(headers[':path']));
  const isGateway = site.gateway !== undefined && isGatewayPath(target);
  if (!isGateway && method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') return false;
  const visit = { method, host: textOf(headers[':authority']), origin: textOf(headers['origin']), isSecure: true };
  const { headers: added, answer } = admit(visit, site.access);
  if (isGateway && answer === undefined) {
    const [asked, reply] = fromHttp2(request);
    const head: typeof reply.head = (status, fields) => reply.head(status, { ...added, ...fields });
    void site.gateway?.handle({ ...asked, path: target }, { ...reply, head });
    return true;
  }
  void Promise.resolve(answer ?? site.route(method, target)).then(({ status, headers: fields, body }) => {
    request.respond(status, { ...added, ...fields });
    request.end(body);
  });
  return true;
}

const textOf = (value: string | number | undefined): string => String(value ?? '');
