/**
 * grpc/http2/: the client's side of HTTP/2 (RFC 9113) with HPACK (RFC 7541), as far as gRPC needs it: no push, no
 * priorities. It speaks over any transport that carries bytes, and is ours because loading the runtime's own HTTP/2
 * takes as long as all the rest of a short command.
 */
export { Session, type SessionListener } from './session.ts';
export type { RequestHeaders, Stream, StreamListener } from './stream.ts';
export type { ReceivedHeaders } from './hpack-decoder.ts';
