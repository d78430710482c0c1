import type { SentHeaders } from './http2/index.ts';
import { addMetadata } from './metadata.ts';
import { formatTimeout } from './timeout-header.ts';
import type { CallOptions } from './types.ts';

/** What all calls of a channel have in common. */
export interface RequestTarget {
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly userAgent: string;
}

/** @throws GrpcError when the metadata cannot be sent. */
export function requestHeaders(target: RequestTarget, path: string, options: CallOptions): SentHeaders {
  const headers: Record<string, string> = {
    ':method': 'POST',
    ':scheme': target.scheme,
    ':path': path,
    ':authority': target.authority,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': target.userAgent,
  };
  if (options.deadline?.isFinite === true) headers['grpc-timeout'] = formatTimeout(options.deadline.remainingMs());
  if (options.metadata !== undefined) addMetadata(headers, options.metadata);
  return headers;
}
