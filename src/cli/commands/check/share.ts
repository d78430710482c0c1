import { assert } from '../../../base/index.ts';
import type { Client, ClientConfig } from '../../../client/index.ts';
import type { LoadResult } from './latencies.ts';
import { zeroByte } from '../ranges.ts';
import { type LoadPlan, runLoad } from './load.ts';

/** One thread's part of a load; plain data, so that it can be handed to the thread. */
export interface Share {
  readonly plan: LoadPlan;
  readonly config: ClientConfig;
}

/** What goes on between a share and who runs it. */
export interface ShareHooks {
  readonly openClient: (config: ClientConfig) => Promise<Client>;
  /** No more puts are begun once it fires. */
  readonly stop: AbortSignal;
  /** Nobody waits any longer for answers once it fires. */
  readonly abandon: AbortSignal;
  readonly answered: () => void;
}

/** Clients that share a connection: many puts in one packet cost less than many packets, on either side. */
const clientsPerConnection = 50;

/**
 * Runs one thread's part of a load on connections of its own.
 * @throws {ClientError} when the cluster cannot be reached to begin with
 */
export async function runShare({ plan, config }: Share, hooks: ShareHooks): Promise<LoadResult> {
  const count = Math.max(Math.ceil(plan.clients / clientsPerConnection), config.endpoints.length);
  const connections = await Promise.all(Array.from({ length: count }, () => connect(config, plan.prefix, hooks)));
  const close = (): void => {
    for (const connection of connections) connection.close();
  };
  hooks.abandon.addEventListener('abort', close);
  try {
    return await runLoad(plan, {
      put: (request, client) => {
        const connection = connections[client % count];
        assert(connection !== undefined, 'a load without connections');
        return connection.kv.put(request);
      },
      answered: hooks.answered,
      stop: hooks.stop,
    });
  } finally {
    hooks.abandon.removeEventListener('abort', close);
    close();
  }
}

/** Opens a connection (to any of the endpoints), so that its first put is not the slowest for that. */
async function connect(config: ClientConfig, prefix: Uint8Array, hooks: ShareHooks): Promise<Client> {
  const client = await hooks.openClient(config);
  await client.kv.range({ key: prefix.length > 0 ? prefix : zeroByte, serializable: true }, { signal: hooks.stop });
  return client;
}

/** Parts of a plan that together make the whole, one for each thread. */
export function divide(plan: LoadPlan, parts: number): LoadPlan[] {
  const { supply } = plan;
  return Array.from({ length: parts }, (_, index) => ({
    ...plan,
    clients: part(plan.clients, parts, index),
    supply:
      supply.kind === 'count'
        ? { kind: 'count', total: part(supply.total, parts, index) }
        : { ...supply, perSecond: supply.perSecond / parts },
  }));
}

/** Whole numbers that add up to `whole`. */
const part = (whole: number, parts: number, index: number): number =>
  Math.floor((whole * (index + 1)) / parts) - Math.floor((whole * index) / parts);
