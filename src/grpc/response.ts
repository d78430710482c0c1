import type { ReceivedHeaders } from './http2/index.ts';
import { readMetadata } from './metadata.ts';
import { decodePercent } from './percent-decoding.ts';
import { StatusCode } from './status.ts';
import type { Status } from './types.ts';

export interface ResponseHeaders extends ReceivedHeaders {
  readonly 'content-type'?: string | undefined;
}

const GRPC_CONTENT_TYPE = /^application\/grpc(?:[+;]|$)/;

/** Whether a gRPC server speaks, rather than a proxy or a web server in its place. */
export function isGrpcResponse(headers: ResponseHeaders): boolean {
  const isOk = headers[':status'] === 200 || headers['grpc-status'] !== undefined;
  return isOk && GRPC_CONTENT_TYPE.test(headers['content-type'] ?? '');
}

/** The status in trailers; a missing or malformed one counts as Unknown. */
export function statusOf(trailers: ReceivedHeaders): Status {
  const metadata = readMetadata(trailers);
  const text = trailers['grpc-status'];
  if (text === undefined) return missingStatus('the server ended the call without a grpc-status', metadata);
  if (typeof text !== 'string' || !/^\d{1,9}$/.test(text)) {
    return missingStatus(`the server sent a malformed grpc-status: ${JSON.stringify(text)}`, metadata);
  }
  const message = trailers['grpc-message'];
  return {
    code: Number(text),
    details: typeof message === 'string' ? decodePercent(message) : '',
    trailers: metadata,
  };
}

export function missingStatus(details: string, trailers: Status['trailers'] = {}): Status {
  return { code: StatusCode.Unknown, details, trailers };
}
