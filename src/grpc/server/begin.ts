import { Deframer } from '../framing.ts';
import type { CallInput, ServerCall } from './call.ts';
import { inflaterFor } from './compression.ts';
import { deadlineExceeded, internal, unknown } from './outcomes.ts';
import type { Intake, Route } from './routes.ts';
import { parseTimeout } from './timeout.ts';
import type { GrpcServerOptions } from './types.ts';

const DEFAULT_MAX_RECEIVE_BYTES = 4 * 1024 * 1024;

/** Begins a call: its deadline and its handler. @returns who takes its requests, unless it is over already */
export function beginCall(call: ServerCall, route: Route, options: GrpcServerOptions): CallInput | undefined {
  const timeout = call.header('grpc-timeout');
  if (timeout !== undefined && !boundCall(call, timeout)) return undefined;
  const maxBytes = options.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE_BYTES;
  try {
    const inflate = inflaterFor(call.header('grpc-encoding'), maxBytes);
    return readMessages(call, new Deframer(maxBytes, inflate), route.begin(call), options);
  } catch (error) {
    call.refuse(error);
    return undefined;
  }
}

/** Sets the call's deadline. False when the call is over by that. */
function boundCall(call: ServerCall, timeout: string): boolean {
  const timeoutMs = parseTimeout(timeout);
  if (timeoutMs === undefined) call.refuseWith(internal(`malformed grpc-timeout: ${JSON.stringify(timeout)}`), 400);
  else if (timeoutMs === 0) call.refuseWith(deadlineExceeded);
  else call.endAfter(timeoutMs, deadlineExceeded);
  return !call.isOver;
}

function readMessages(call: ServerCall, deframer: Deframer, intake: Intake, options: GrpcServerOptions): CallInput {
  const deliver = (bytes: Uint8Array): void => {
    options.observer?.received?.(call.path, bytes.byteLength);
    intake.message(bytes);
  };
  return {
    data: (chunk) => {
      try {
        deframer.push(chunk, deliver);
      } catch (error) {
        call.refuse(error);
      }
    },
    end: () => {
      if (deframer.isBetweenMessages) intake.end();
      else call.refuseWith(unknown('unexpected EOF'));
    },
  };
}
