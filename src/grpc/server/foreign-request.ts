import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { StatusCode } from '../status.ts';
import { encodePercent } from './percent-encoding.ts';
import type { GrpcServerOptions } from './types.ts';

const GRPC_CONTENT_TYPE = /^application\/grpc(?:[+;]|$)/;

/** Answers what is no gRPC request. False when it is one. */
export function answerForeign(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  fallback: GrpcServerOptions['fallback'],
): boolean {
  const contentType = headers['content-type'] ?? '';
  const method = headers[':method'] ?? '';
  const isGrpc = GRPC_CONTENT_TYPE.test(contentType);
  if (isGrpc && method === 'POST') return false;
  stream.on('error', () => {}); // A client that leaves meanwhile is no concern of ours.
  if (!isGrpc && fallback?.(stream, headers) === true) return true;
  const [status, code, details] = isGrpc
    ? [405, StatusCode.Internal, `Received a HEADERS frame with :method ${JSON.stringify(method)} which should be POST`]
    : [415, StatusCode.InvalidArgument, `invalid gRPC request content-type ${JSON.stringify(contentType)}`];
  const head: OutgoingHttpHeaders = {
    ':status': status,
    'content-type': 'application/grpc',
    'grpc-status': String(code),
    'grpc-message': encodePercent(details),
  };
  stream.respond(head, { endStream: true });
  stream.resume();
  return true;
}
