import type { LogSink } from '../base/index.ts';
import { messageOf } from '../base/index.ts';
import { GrpcError, StatusCode } from '../grpc/index.ts';
import type { Outcome } from '../grpc/server/index.ts';
import { EtcdError } from '../wire/etcd-error.ts';

/** How a call ends for an error. Refusals pass as they are; anything else is a fault of ours, which the log is to show. */
export function outcomeOf(log: LogSink): (error: unknown, path: string) => Outcome {
  return (error, path) => {
    if (error instanceof EtcdError) return { code: error.code, details: error.message };
    if (error instanceof GrpcError) return { code: error.code, details: error.details, trailers: error.metadata };
    const details = messageOf(error);
    log({ level: 'error', message: 'a request failed unexpectedly', fields: { path, error: details } });
    return { code: StatusCode.Unknown, details };
  };
}
