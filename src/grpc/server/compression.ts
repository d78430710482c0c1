import { gunzipSync } from 'node:zlib';
import { GrpcError } from '../errors.ts';
import { StatusCode } from '../status.ts';

/** Unpacks one message. @throws GrpcError */
export type Inflate = (bytes: Uint8Array) => Uint8Array;

/**
 * How to unpack the messages of a call with this `grpc-encoding`; messages without the compressed flag are not packed.
 * @throws GrpcError (Unimplemented) on an encoding that is not known here.
 */
export function inflaterFor(encoding: string | undefined, maxBytes: number): Inflate {
  if (encoding === undefined || encoding === 'identity') return refuseCompressed;
  if (encoding === 'gzip') return (bytes) => gunzip(bytes, maxBytes);
  const details = `grpc: Decompressor is not installed for grpc-encoding ${JSON.stringify(encoding)}`;
  throw new GrpcError(StatusCode.Unimplemented, details);
}

const refuseCompressed: Inflate = () => {
  throw new GrpcError(StatusCode.Internal, 'grpc: compressed flag set with identity or empty encoding');
};

function gunzip(bytes: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (error) {
    if (error instanceof RangeError) {
      const details = `grpc: received message after decompression larger than max ${maxBytes}`;
      throw new GrpcError(StatusCode.ResourceExhausted, details);
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new GrpcError(StatusCode.Internal, `grpc: failed to decompress the message: ${why}`);
  }
}
