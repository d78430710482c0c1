import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { ExitCode, interruptExitCode } from '../../exit-codes.ts';
import { keyBytes } from '../ranges.ts';
import { deleteKeys, reclaim, requireNoKeys } from './aftermath.ts';
import { type CheckFlags, checkFlags, type Model, modelOf } from './models.ts';
import { judge } from './verdict.ts';
import { runWatched } from './watched-load.ts';

const flags = checkFlags('/etcdctl-check-perf/');

interface Options {
  readonly model: Model;
  readonly flags: CheckFlags;
}

const forMs = 60_000;

async function run(context: Context, { model, flags }: Options): Promise<number> {
  const interrupted = context.io.interrupts();
  const client = await context.client();
  await requireNoKeys(context, client, flags.prefix, `'etcdctl del --prefix ${flags.prefix}'`);
  const plan = {
    prefix: keyBytes(flags.prefix),
    keyBytes: 256,
    valueBytes: 1024,
    clients: model.clients,
    supply: { kind: 'rate', perSecond: model.putsPerSecond, forMs },
  } as const;
  const result = await runWatched(context, 'check perf', plan, model.threads, interrupted);
  const deletion = await deleteKeys(context, client, flags.prefix);
  if (interrupted.aborted) {
    const seconds = (result.elapsedMs / 1000).toFixed(0);
    context.note(`interrupted after ${seconds}s of ${forMs / 1000}s and ${result.puts} puts: no verdict`);
    return interruptExitCode(interrupted);
  }
  const { lines, isGood } = judge(result, model.putsPerSecond);
  const verdict = isGood && deletion !== undefined ? 'PASS' : 'FAIL';
  try {
    if (deletion !== undefined) await reclaim(context, client, flags, deletion);
  } finally {
    context.io.stdout.write(`${[...lines, verdict].join('\n')}\n`);
  }
  return verdict === 'PASS' ? ExitCode.Success : ExitCode.Error;
}

export const command = defineCommand({
  usage: '[options]',
  flags,
  options: (flags): Options => ({ model: modelOf(flags.load), flags }),
  run,
});
