import { HealthCheckRequest, HealthCheckResponse } from '../gen/rpc/health.ts';
import { serverStream, unary } from '../method.ts';

/** gRPC's Health service. */
export const health = {
  check: unary('/grpc.health.v1.Health/Check', HealthCheckRequest, HealthCheckResponse),
  watch: serverStream('/grpc.health.v1.Health/Watch', HealthCheckRequest, HealthCheckResponse),
} as const;
