/**
 * explain/: what a failed call is called, why it failed and what mends it. Loaded
 * only when something has failed.
 */
import { GrpcError, StatusCode, TransportFailure } from '../../grpc/index.ts';
import type { CallBounds } from '../api.ts';
import { ClientError, type Explanation } from '../errors.ts';
import { goMessage } from './message.ts';
import { explainServer } from './server.ts';
import type { EndpointState, Situation } from './situation.ts';
import { explainTransport } from './transport.ts';

export { goMessage } from './message.ts';
export { askRevisions } from './revisions.ts';
export type { EndpointState, Situation } from './situation.ts';

/** The failure of a call, in Go's words first. */
export function explainCall(error: GrpcError, bounds: CallBounds, situation: Situation): ClientError {
  const message = goMessage(error, bounds);
  return new ClientError('rpc', message, {
    code: error.code,
    explanations: causesOf(error, bounds, situation),
    cause: error,
  });
}

/** What keeps every endpoint from answering, for people who wait. */
export function explainEndpoints(situation: Situation): Explanation[] {
  return situation.endpoints.flatMap((state) => explainEndpoint(state, situation) ?? []);
}

function causesOf(error: GrpcError, bounds: CallBounds, situation: Situation): Explanation[] {
  if (error.code === StatusCode.Canceled && bounds.signal?.aborted) return [];
  if (error.code === StatusCode.DeadlineExceeded) return explainEndpoints(situation);
  if (error.cause instanceof TransportFailure) return [...explainEndpoints(situation), ...uncertain(error)];
  const cause = explainServer(error, situation);
  return cause === undefined ? [] : [cause];
}

/** A request on a lost connection may or may not have been carried out. */
function uncertain(error: GrpcError): Explanation[] {
  if (error.unprocessed) return [];
  return [{ cause: 'the connection was lost with the request under way: it may or may not have been carried out' }];
}

function explainEndpoint(state: EndpointState, situation: Situation): Explanation | undefined {
  const { endpoint, failure, isConnected } = state;
  if ('problem' in endpoint)
    return { endpoint: endpoint.text, cause: endpoint.problem, hint: 'check --endpoints (ETCDCTL_ENDPOINTS)' };
  if (failure instanceof TransportFailure) return explainTransport(endpoint, failure, situation);
  if (failure instanceof GrpcError) {
    if (failure.cause instanceof TransportFailure) return explainTransport(endpoint, failure.cause, situation);
    if (failure.code !== StatusCode.DeadlineExceeded) {
      const cause = explainServer(failure, situation) ?? { cause: failure.details };
      return { ...cause, endpoint: endpoint.text };
    }
  }
  if (!isConnected) return undefined;
  return {
    endpoint: endpoint.text,
    cause: 'connected, but the request was not answered in time',
    hint: '--command-timeout (ETCDCTL_COMMAND_TIMEOUT) gives it more; etcdctl endpoint status --cluster -w table shows whether there is a leader',
  };
}
