/**
 * grpc/: gRPC over HTTP/2 (see http2/), the client's side; the server's is in server/. A Channel leads to one server; its
 * calls end with a Status, or with a GrpcError whose `cause` is a TransportFailure when the connection is to blame. It
 * knows nothing of etcd and retries nothing: `unprocessed` tells the caller what is safe to send again.
 */
export { Channel } from './channel.ts';
export { GrpcError, OwnFailureCode, TransportFailure, type TransportPhase } from './errors.ts';
export { StatusCode, statusName } from './status.ts';
export type { Transport } from './transport.ts';
export type { Address, Call, CallOptions, ChannelOptions, Metadata, Method, Status, TlsOptions } from './types.ts';
