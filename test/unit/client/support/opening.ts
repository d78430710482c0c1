import { afterEach } from 'vitest';
import {
  type Client,
  type ClientConfig,
  type ClientDeps,
  ClientError,
  openClient,
} from '../../../../src/client/index.ts';
import { freePorts } from '../../../support/ports.ts';
import { configFor } from './config.ts';
import { EtcdDouble } from './etcd-double.ts';

/** Run after each test. */
export const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A server that is gone after the test. */
export async function double(handlers: EtcdDouble['handlers'] = {}): Promise<EtcdDouble> {
  const server = await new EtcdDouble(handlers).start();
  cleanups.push(() => server.stop());
  return server;
}

/** A client, closed after the test, that begins with the first endpoint. */
export async function open(
  endpoints: readonly string[],
  changes: Partial<ClientConfig> = {},
  deps: ClientDeps = {},
): Promise<Client> {
  const client = await openClient(configFor(endpoints, changes), { random: () => 0, ...deps });
  cleanups.push(() => client.close());
  return client;
}

export async function failureOf(promise: Promise<unknown>): Promise<ClientError> {
  const error: unknown = await promise.then(
    () => 'no failure',
    (reason: unknown) => reason,
  );
  if (error instanceof ClientError) return error;
  throw new Error(`not a ClientError: ${String(error)}`);
}

export const deadEndpoint = async (): Promise<string> => `127.0.0.1:${(await freePorts(1))[0]}`;
