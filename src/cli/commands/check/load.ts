import { messageOf } from '../../../base/index.ts';
import type { Init, PutRequest } from '../../../wire/index.ts';
import { Latencies, type LoadResult } from './latencies.ts';
import { Pace } from './pace.ts';
import { randomKey } from './random-key.ts';

/** How many puts there are to be: so many a second for a while, or a number of them as fast as they go. */
export type Supply =
  | { readonly kind: 'rate'; readonly perSecond: number; readonly forMs: number }
  | { readonly kind: 'count'; readonly total: number };

/** A load of puts; plain data, so that threads can be given their shares. */
export interface LoadPlan {
  readonly prefix: Uint8Array;
  /** Length of a key behind the prefix. */
  readonly keyBytes: number;
  readonly valueBytes: number;
  /** Puts under way at once. */
  readonly clients: number;
  readonly supply: Supply;
}

export interface LoadHooks {
  /** Makes one put on behalf of a client. */
  put(request: Init<PutRequest>, client: number): Promise<unknown>;
  /** One put has been answered. */
  answered(): void;
  /** No more puts are begun once it fires. */
  readonly stop: AbortSignal;
}

/** Puts random keys with values of zero bytes, as the plan has it, and says how it went. */
export async function runLoad(plan: LoadPlan, hooks: LoadHooks): Promise<LoadResult> {
  const latencies = new Latencies();
  const value = new Uint8Array(plan.valueBytes);
  const putOne = async (client: number): Promise<void> => {
    const request = { key: randomKey(plan.prefix, plan.keyBytes), value };
    const startMs = performance.now();
    try {
      await hooks.put(request, client);
      latencies.took(performance.now() - startMs);
    } catch (error) {
      latencies.failed(messageOf(error));
    }
    hooks.answered();
  };
  const startMs = performance.now();
  const { supply } = plan;
  await (supply.kind === 'count'
    ? putAll(plan, supply.total, hooks.stop, putOne)
    : putAtRate(plan, supply, hooks.stop, putOne));
  return latencies.result(performance.now() - startMs);
}

type PutOne = (client: number) => Promise<void>;

async function putAll({ clients }: LoadPlan, total: number, stop: AbortSignal, putOne: PutOne): Promise<void> {
  let left = total;
  const client = async (_: unknown, index: number): Promise<void> => {
    for (; left > 0 && !stop.aborted; await putOne(index)) left -= 1;
  };
  await Promise.all(Array.from({ length: clients }, client));
}

interface Rate {
  readonly perSecond: number;
  readonly forMs: number;
}

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

async function putAtRate({ clients }: LoadPlan, rate: Rate, stop: AbortSignal, putOne: PutOne): Promise<void> {
  const startMs = performance.now();
  const pace = new Pace(rate.perSecond, clients, startMs);
  const free = Array.from({ length: clients }, (_, index) => index);
  const busy = new Set<Promise<void>>();
  const work = async (client: number): Promise<void> => {
    do await putOne(client);
    while (pace.take());
    free.push(client);
  };
  const begin = (client: number): void => {
    const working = work(client).finally(() => busy.delete(working));
    busy.add(working);
  };
  for (let nowMs = startMs; nowMs - startMs < rate.forMs && !stop.aborted; nowMs = performance.now()) {
    pace.advance(nowMs, free.length);
    while (free.length > 0 && pace.take()) begin(free.shift() ?? 0); // in turn, so that all connections are used
    await tick();
  }
  await Promise.all(busy); // these take what still waits
}
