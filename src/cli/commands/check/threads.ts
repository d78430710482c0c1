import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Context } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { type LoadResult, merge } from './latencies.ts';
import type { LoadPlan } from './load.ts';
import { divide, runShare, type Share } from './share.ts';

/** What a thread tells: puts answered since it last told, its result, or why there is none. */
export type FromThread =
  | { readonly kind: 'answered'; readonly puts: number }
  | { readonly kind: 'result'; readonly result: LoadResult }
  | { readonly kind: 'failed'; readonly message: string; readonly details: readonly string[] };

/** What a thread is told. */
export type ToThread = 'stop' | 'abandon';

export interface LoadControl {
  readonly stop: AbortSignal;
  readonly abandon: AbortSignal;
  /** Some puts have been answered. */
  readonly answered: (puts: number) => void;
}

/**
 * Runs a load in this thread, or spread over several where it asks for more than
 * one thread of Node can make and the machine has the processors.
 * @throws {ClientError | CliError} when the cluster cannot be reached to begin with
 */
export async function runSpread(
  context: Context,
  plan: LoadPlan,
  threads: number,
  control: LoadControl,
): Promise<LoadResult> {
  const config = context.settings.client;
  const program = threadProgram();
  const count = Math.min(threads, availableParallelism());
  if (count === 1 || program === undefined) {
    const openClient = (): ReturnType<Context['connect']> => context.connect({});
    return runShare({ plan, config }, { ...control, openClient, answered: () => control.answered(1) });
  }
  return merge(
    await Promise.all(divide(plan, count).map((part) => runThread(program, { plan: part, config }, control))),
  );
}

/** Where the standalone file has the program of a thread; the build puts it in. */
declare const __CHECK_THREAD__: string | undefined;

/** The program of a thread, which lies beside the bundle; run from its sources, a load has to do with one thread. */
function threadProgram(): string | undefined {
  if (typeof __CHECK_THREAD__ === 'string') return __CHECK_THREAD__;
  const here = import.meta.filename;
  return here.endsWith('.ts') ? undefined : join(dirname(here), 'check-thread.cjs');
}

function runThread(program: string, share: Share, { stop, abandon, answered }: LoadControl): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(program, { workerData: share });
    const tell = (word: ToThread): void => thread.postMessage(word, []);
    const tellStop = (): void => tell('stop');
    const tellAbandon = (): void => tell('abandon');
    stop.addEventListener('abort', tellStop);
    abandon.addEventListener('abort', tellAbandon);
    if (stop.aborted) tellStop();
    thread.on('message', (message: FromThread) => {
      if (message.kind === 'answered') answered(message.puts);
      else if (message.kind === 'result') resolve(message.result);
      else reject(new CliError(ExitCode.Error, message.message, { details: message.details }));
    });
    thread.on('error', reject);
    thread.on('exit', (code) => {
      stop.removeEventListener('abort', tellStop);
      abandon.removeEventListener('abort', tellAbandon);
      reject(new Error(`a thread of the load has ended with exit code ${code}`)); // no news after its result
    });
  });
}
