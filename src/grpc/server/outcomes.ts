import { GrpcError } from '../errors.ts';
import { StatusCode } from '../status.ts';
import type { Outcome } from './types.ts';

/** The ends of a call that its server finds by itself, in the words that Go's server has for them. */

export const OK: Outcome = { code: StatusCode.OK, details: '' };

export const deadlineExceeded: Outcome = { code: StatusCode.DeadlineExceeded, details: 'context deadline exceeded' };

export const canceled: Outcome = { code: StatusCode.Canceled, details: 'context canceled' };

export const unknown = (details: string): Outcome => ({ code: StatusCode.Unknown, details });

export const internal = (details: string): Outcome => ({ code: StatusCode.Internal, details });

/** A GrpcError passes through, with its metadata as trailers; what else was thrown is Unknown. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof GrpcError) return { code: error.code, details: error.details, trailers: error.metadata };
  return { code: StatusCode.Unknown, details: error instanceof Error ? error.message : String(error) };
}

/** What waits on a call hears at its end. Shared, so that the end of each call does not make an error of its own. */
export const canceledError = new GrpcError(canceled.code, canceled.details);
