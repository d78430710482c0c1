/**
 * grpc/http2/: HTTP/2 (RFC 9113) with HPACK (RFC 7541), as far as gRPC needs it: no push, no priorities. It speaks over any
 * transport that carries bytes. The client's side is ours because loading the runtime's own HTTP/2 takes as long as all
 * the rest of a short command. The server's side, which clients must not load, has a door of its own (server.ts): the
 * runtime's refuses requests that Go's clients make, and takes half of a server's time for small calls.
 */
export { ClientSession } from './client-session.ts';
export { Http2ErrorCode } from './errors.ts';
export type { ResponseListener } from './response-reader.ts';
export type { ReceivedHeaders } from './hpack-decoder.ts';
export type { SentHeaders } from './hpack-encoder.ts';
export type { Stream } from './stream.ts';
