import { GrpcError, StatusCode } from '../grpc/index.ts';
import type { CallBounds } from './api.ts';
import type { Fail } from './callable.ts';
import type { Recovery } from './recovery.ts';

/**
 * Reads a stream of responses to one request. As long as nothing has arrived, a lost connection only means
 * to ask again, perhaps elsewhere.
 * @throws ClientError
 */
export async function* readStream<Res>(
  open: () => Promise<AsyncIterable<Res>>,
  recovery: Recovery,
  bounds: CallBounds,
  fail: Fail,
): AsyncGenerator<Res, undefined, undefined> {
  try {
    for (;;) {
      const failure = yield* relay(await open());
      if (failure === undefined) return;
      if (failure.code !== StatusCode.Unavailable && failure.code !== StatusCode.Unauthenticated) throw failure;
      await recovery.after(failure, bounds);
    }
  } catch (error) {
    throw await fail(error, bounds);
  }
}

/** Returns the failure of a stream that ended before anything arrived; any other is thrown. */
async function* relay<Res>(stream: AsyncIterable<Res>): AsyncGenerator<Res, GrpcError | undefined, undefined> {
  let isEmpty = true;
  try {
    for await (const message of stream) {
      isEmpty = false;
      yield message;
    }
    return undefined;
  } catch (error) {
    if (isEmpty && error instanceof GrpcError) return error;
    throw error;
  }
}
