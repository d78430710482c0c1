import type { ReceivedHeaders, Stream } from '../http2/server.ts';
import { StatusCode } from '../status.ts';
import { encodePercent } from './percent-encoding.ts';
import { plainRequest } from './plain-request.ts';
import type { GrpcServerOptions } from './types.ts';

const GRPC_CONTENT_TYPE = /^application\/grpc(?:[+;]|$)/;

/** Answers what is no gRPC request. False when it is one. */
export function answerForeign(
  stream: Stream,
  headers: ReceivedHeaders,
  fallback: GrpcServerOptions['fallback'],
): boolean {
  const contentType = String(headers['content-type'] ?? '');
  const method = headers[':method'];
  const isGrpc = GRPC_CONTENT_TYPE.test(contentType);
  if (isGrpc && method === 'POST') return false;
  if (!isGrpc && fallback?.(plainRequest(stream, headers)) === true) return true;
  const [status, code, details] = isGrpc
    ? [
        '405',
        StatusCode.Internal,
        `Received a HEADERS frame with :method ${JSON.stringify(method)} which should be POST`,
      ]
    : ['415', StatusCode.InvalidArgument, `invalid gRPC request content-type ${JSON.stringify(contentType)}`];
  stream.sendHeaders({
    ':status': status,
    'content-type': 'application/grpc',
    'grpc-status': String(code),
    'grpc-message': encodePercent(details),
  });
  stream.halfClose();
  return true;
}
