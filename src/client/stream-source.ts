import type { GrpcError } from '../grpc/index.ts';
import type { CallBounds } from './api.ts';

/** A stream that requests go into, and responses come out of. */
export interface DuplexStream<Request, Response> extends AsyncIterable<Response> {
  write(request: Request): Promise<void>;
  cancel(): void;
}

/** What it takes of the client to go on over one stream after another. */
export interface StreamSource<Stream> {
  /** Opens a stream on a live endpoint. @throws GrpcError when the bounds run out before there is one. */
  open(bounds: CallBounds): Promise<Stream>;
  /** See Recovery. */
  readonly recovery: { progressed(): void; after(error: GrpcError | undefined, bounds: CallBounds): Promise<void> };
  fail(error: unknown, bounds: CallBounds): Promise<unknown>;
}
