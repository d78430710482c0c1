import { GrpcError } from './errors.ts';
import { encodeFrame } from './framing.ts';
import { StatusCode } from './status.ts';
import type { Method } from './types.ts';

/** @throws GrpcError when the message cannot be encoded or is too large. */
export function encodeMessage<Req>(method: Method<Req, unknown>, message: Req, maxBytes: number): Uint8Array {
  return encodeFrame(
    orInternal('cannot encode the request', () => method.encode(message)),
    maxBytes,
  );
}

/** @throws GrpcError when the bytes are not what the method returns. */
export function decodeMessage<Res>(method: Method<never, Res>, bytes: Uint8Array): Res {
  return orInternal('cannot decode the response', () => method.decode(bytes));
}

function orInternal<T>(what: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new GrpcError(StatusCode.Internal, `${what}: ${why}`, { cause: error });
  }
}
