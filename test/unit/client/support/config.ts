import type { ClientConfig } from '../../../../src/client/index.ts';

/** The configuration of a client with etcdctl's defaults. */
export function configFor(endpoints: readonly string[], changes: Partial<ClientConfig> = {}): ClientConfig {
  return {
    endpoints,
    dialTimeoutMs: 2000,
    keepAliveTimeMs: 2000,
    keepAliveTimeoutMs: 6000,
    maxRequestBytes: 0,
    maxReceiveBytes: 0,
    ...changes,
  };
}
