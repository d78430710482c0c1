/**
 * grpc/server/: gRPC over HTTP/2 (see http2/), the server's side. A GrpcServer is given connections (sockets that
 * have come through TLS or been recognised as HTTP/2, or one end of a pipe) and answers the calls on them with the
 * handlers registered for their paths. It listens on nothing itself and knows nothing of etcd. Clients must not load
 * this door, hence it is not part of grpc's own.
 */
export { openPipe } from './pipe.ts';
export { GrpcServer } from './server.ts';
export type {
  CallContext,
  DuplexHandler,
  GrpcServerOptions,
  Observer,
  Outcome,
  Peer,
  PlainRequest,
  Requests,
  Responses,
  ServedMethod,
  ServerStreamHandler,
  UnaryHandler,
} from './types.ts';
