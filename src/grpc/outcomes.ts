import type { Deadline } from '../base/index.ts';
import { GrpcError, TransportFailure } from './errors.ts';
import { Http2ErrorCode } from './http2/index.ts';
import { http2CodeName, statusOfReset } from './http2-codes.ts';
import { StatusCode } from './status.ts';

/** The ends of a call that its own side finds, in the words that Go's client has for them. */

export function deadlineExceeded(cause: Error | undefined, unprocessed: boolean): GrpcError {
  return new GrpcError(StatusCode.DeadlineExceeded, 'context deadline exceeded', { cause, unprocessed });
}

export function canceled(reason: unknown, unprocessed: boolean): GrpcError {
  return new GrpcError(StatusCode.Canceled, 'context canceled', { cause: reason, unprocessed });
}

export function closedChannel(unprocessed: boolean): GrpcError {
  return new GrpcError(StatusCode.Canceled, 'the channel is closed', { unprocessed });
}

export function lostConnection(failure: TransportFailure, unprocessed: boolean): GrpcError {
  const { phase, peer, message } = failure;
  const details =
    phase === 'http2' ? `connection to ${peer} failed: ${message}` : `cannot connect to ${peer}: ${message}`;
  return new GrpcError(StatusCode.Unavailable, details, { cause: failure, unprocessed });
}

/** The peer ended the stream with an HTTP/2 error code. */
export function closedStream(
  code: number,
  peer: string,
  deadline: Deadline | undefined,
  isDisowned: boolean,
): GrpcError {
  // A server that watches the deadline too may be the first to act on it.
  if (code === Http2ErrorCode.Cancel && deadline?.hasPassed === true) return deadlineExceeded(undefined, false);
  const name = http2CodeName(code);
  const message = `the peer reset the stream with ${name}`;
  return new GrpcError(statusOfReset(code), message, {
    cause: new TransportFailure('stream', name, peer, message),
    unprocessed: isDisowned || code === Http2ErrorCode.RefusedStream,
  });
}

/** A method with a single response gave none, or several. */
export function wrongMessageCount(count: number): GrpcError {
  const details =
    count === 0 ? 'the server ended the call without a response' : 'the server sent more than one response';
  return new GrpcError(StatusCode.Internal, details);
}
