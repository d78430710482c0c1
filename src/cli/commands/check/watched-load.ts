import type { Context } from '../../context.ts';
import { progressBar } from '../../progress.ts';
import type { LoadResult } from './latencies.ts';
import type { LoadPlan } from './load.ts';
import { runSpread } from './threads.ts';

/** How long answers are waited for once no more puts are made. */
const graceMs = 30_000;

/**
 * Runs a load under a progress bar, until it is done or the user sends a signal;
 * answers that do not come then are given up after half a minute.
 */
export async function runWatched(
  context: Context,
  label: string,
  plan: LoadPlan,
  threads: number,
  interrupted: AbortSignal,
): Promise<LoadResult> {
  const { supply } = plan;
  const total = supply.kind === 'count' ? supply.total : (supply.perSecond * supply.forMs) / 1000;
  const bar = progressBar(context.io, label);
  let puts = 0;
  const abandon = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const abandonAfter = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => abandon.abort(), ms);
  };
  const onInterrupt = (): void => abandonAfter(graceMs);
  interrupted.addEventListener('abort', onInterrupt);
  if (supply.kind === 'rate') abandonAfter(supply.forMs + graceMs);
  bar.update(0, total);
  try {
    return await runSpread(context, plan, threads, {
      stop: interrupted,
      abandon: abandon.signal,
      answered: (count) => bar.update((puts += count), total),
    });
  } finally {
    clearTimeout(timer);
    interrupted.removeEventListener('abort', onInterrupt);
    bar.clear();
  }
}
