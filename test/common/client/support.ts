/** Clients of real clusters, closed and stopped after each test. */
import { afterEach, expect } from 'vitest';
import { type Client, type ClientConfig, type ClientDeps, ClientError, openClient } from '../../../src/client/index.ts';
import { type ClusterOptions, type EtcdCluster, startCluster } from '../../support/etcd-server.ts';

const clients: Client[] = [];
const clusters: EtcdCluster[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all(clusters.splice(0).map((cluster) => cluster.stop()));
});

/** A cluster for one test. */
export async function cluster(options: ClusterOptions): Promise<EtcdCluster> {
  const started = await startCluster(options);
  clusters.push(started);
  return started;
}

/** A client with etcdctl's defaults that begins with the first endpoint. */
export async function clientOf(
  endpoints: readonly string[],
  changes: Partial<ClientConfig> = {},
  deps: ClientDeps = {},
): Promise<Client> {
  const config: ClientConfig = {
    endpoints,
    dialTimeoutMs: 5000,
    keepAliveTimeMs: 2000,
    keepAliveTimeoutMs: 6000,
    maxRequestBytes: 0,
    maxReceiveBytes: 0,
    ...changes,
  };
  const client = await openClient(config, { random: () => 0, ...deps });
  clients.push(client);
  return client;
}

export async function failureOf(promise: Promise<unknown>): Promise<ClientError> {
  const error: unknown = await promise.then(
    () => new Error('there was no failure'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ClientError);
  if (error instanceof ClientError) return error;
  throw error;
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (value: Uint8Array): string => new TextDecoder().decode(value);
