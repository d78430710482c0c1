import type { ServerCall } from './call.ts';
import { internal } from './outcomes.ts';
import type { ServedMethod } from './types.ts';

/** The request, boxed; undefined when it makes no sense, and the call is over for that. */
export function decodeRequest<Req>(
  call: ServerCall,
  method: Pick<ServedMethod<Req, never>, 'decodeRequest'>,
  bytes: Uint8Array,
): { readonly value: Req } | undefined {
  try {
    return { value: method.decodeRequest(bytes) };
  } catch (error) {
    call.refuseWith(internal(`grpc: error unmarshalling request: ${messageOf(error)}`));
    return undefined;
  }
}

/** The bytes of a response; undefined when it cannot be encoded, and the call is over for that. */
export function encodeResponse<Res>(
  call: ServerCall,
  method: Pick<ServedMethod<never, Res>, 'encodeResponse'>,
  response: Res,
): Uint8Array | undefined {
  try {
    return method.encodeResponse(response);
  } catch (error) {
    call.refuseWith(internal(`grpc: error while marshaling: ${messageOf(error)}`));
    return undefined;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
