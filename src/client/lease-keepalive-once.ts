import { GrpcError, StatusCode } from '../grpc/index.ts';
import type { LeaseKeepAliveResponse } from '../wire/index.ts';
import type { CallBounds } from './api.ts';
import type { KeepAliveSource } from './lease-keepalive.ts';

/** Renews a lease once, on a stream of its own. @throws ClientError, also when the lease is gone */
export async function keepAliveOnce(
  id: bigint,
  source: KeepAliveSource,
  bounds: CallBounds,
): Promise<LeaseKeepAliveResponse> {
  try {
    for (;;) {
      const outcome = await oneAnswer(id, source, bounds);
      if (!(outcome instanceof GrpcError)) return outcome;
      await source.recovery.after(outcome, bounds);
    }
  } catch (error) {
    throw await source.fail(error, bounds);
  }
}

async function oneAnswer(
  id: bigint,
  source: KeepAliveSource,
  bounds: CallBounds,
): Promise<LeaseKeepAliveResponse | GrpcError> {
  const stream = await source.open(bounds);
  stream.write({ ID: id }).catch(() => undefined);
  try {
    for await (const answer of stream) {
      // The protocol has no error for it; Go's client has this one.
      if (answer.TTL <= 0n) return new GrpcError(StatusCode.NotFound, 'etcdserver: requested lease not found');
      return answer;
    }
  } catch (error) {
    if (error instanceof GrpcError) return error;
    throw error;
  }
  return new GrpcError(StatusCode.Unavailable, 'the server ended the stream without an answer');
}
