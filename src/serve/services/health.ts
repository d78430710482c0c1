import { GrpcError, StatusCode } from '../../grpc/index.ts';
import { health } from '../../wire/services/health.ts';
import type { Registrar } from '../registrar.ts';

const SERVING = 1;
const SERVICE_UNKNOWN = 3;

/** All services together; etcd keeps no health of single ones. */
const ALL_SERVICES = '';

/** gRPC's own health protocol. Whoever gets an answer at all is being served. */
export function serveHealth(routes: Registrar): void {
  routes.unary(health.check, ({ service }) => {
    if (service !== ALL_SERVICES) return Promise.reject(new GrpcError(StatusCode.NotFound, 'unknown service'));
    return Promise.resolve({ status: SERVING });
  });
  routes.serverStream(health.watch, ({ service }, responses, { signal }) => {
    responses.send({ status: service === ALL_SERVICES ? SERVING : SERVICE_UNKNOWN });
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  });
}
