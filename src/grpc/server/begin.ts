import type { IncomingHttpHeaders } from 'node:http2';
import { Deframer } from '../framing.ts';
import type { ServerCall } from './call.ts';
import { inflaterFor } from './compression.ts';
import { deadlineExceeded, internal, unknown } from './outcomes.ts';
import type { Intake, Route } from './routes.ts';
import { parseTimeout } from './timeout.ts';
import type { GrpcServerOptions } from './types.ts';

const DEFAULT_MAX_RECEIVE_BYTES = 4 * 1024 * 1024;

/** Begins a call: its deadline, its handler, and the reading of its requests. */
export function beginCall(
  call: ServerCall,
  route: Route,
  headers: IncomingHttpHeaders,
  options: GrpcServerOptions,
): void {
  const timeout = headers['grpc-timeout'];
  if (typeof timeout === 'string' && !boundCall(call, timeout)) return;
  const maxBytes = options.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE_BYTES;
  try {
    const encoding = headers['grpc-encoding'];
    const inflate = inflaterFor(typeof encoding === 'string' ? encoding : undefined, maxBytes);
    readMessages(call, new Deframer(maxBytes, inflate), route.begin(call), options);
  } catch (error) {
    call.refuse(error);
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

function readMessages(call: ServerCall, deframer: Deframer, intake: Intake, options: GrpcServerOptions): void {
  const { stream, path } = call;
  const deliver = (bytes: Uint8Array): void => {
    options.observer?.received?.(path, bytes.byteLength);
    intake.message(bytes);
  };
  stream.on('data', (chunk: Buffer) => {
    if (call.isOver) return;
    try {
      deframer.push(chunk, deliver);
    } catch (error) {
      call.refuse(error);
    }
  });
  stream.on('end', () => {
    // A stream that was reset ends as well, but that is no half-close; its `close` follows.
    if (call.isOver || stream.closed || stream.destroyed) return;
    if (deframer.isBetweenMessages) intake.end();
    else call.refuseWith(unknown('unexpected EOF'));
  });
}
