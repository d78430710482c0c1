import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { SilentExit } from '../../errors.ts';
import { ExitCode, interruptExitCode } from '../../exit-codes.ts';
import { keyBytes } from '../ranges.ts';
import { deleteKeys, reclaim, requireNoKeys } from './aftermath.ts';
import { residentMemory } from './memory.ts';
import { type CheckFlags, checkFlags, type Model, modelOf } from './models.ts';
import { errorLines } from './verdict.ts';
import { runWatched } from './watched-load.ts';

const flags = checkFlags('/etcdctl-check-datascale/');

interface Options {
  readonly model: Model;
  readonly flags: CheckFlags;
}

const keyLength = 512;
const valueLength = 512;
const megabyte = 1024 * 1024;

async function run(context: Context, { model, flags }: Options): Promise<number> {
  const interrupted = context.io.interrupts();
  const { stdout } = context.io;
  const client = await context.client();
  await requireNoKeys(context, client, flags.prefix, `etcdctl del --prefix ${flags.prefix}`);
  const before = await memory(context, 'before');
  if (before === undefined) throw new SilentExit(ExitCode.Error);
  stdout.write(
    `Start data scale check for work load [${model.keys} key-value pairs, ${keyLength + valueLength} bytes per key-value, ${model.clients} concurrent clients].\n`,
  );
  const plan = {
    prefix: keyBytes(flags.prefix),
    keyBytes: keyLength,
    valueBytes: valueLength,
    clients: model.clients,
    supply: { kind: 'count', total: model.keys },
  } as const;
  const result = await runWatched(context, 'check datascale', plan, model.threads, interrupted);
  const after = interrupted.aborted ? undefined : await memory(context, 'after');
  const deletion = await deleteKeys(context, client, flags.prefix);
  if (interrupted.aborted) {
    context.note(`interrupted after ${result.puts} of ${model.keys} puts: no verdict`);
    return interruptExitCode(interrupted);
  }
  if (deletion !== undefined) await reclaim(context, client, flags, deletion);
  const errors = errorLines(result);
  for (const line of errors) stdout.write(`${line}\n`);
  if (after === undefined || errors.length > 0) return ExitCode.Error;
  stdout.write(`PASS: Approximate system memory used : ${((after - before) / megabyte).toFixed(2)} MB.\n`);
  return deletion === undefined ? ExitCode.Error : ExitCode.Success;
}

/** Memory of the first endpoint's server in bytes; undefined if it does not tell, which has been said then. */
async function memory(context: Context, when: 'before' | 'after'): Promise<number | undefined> {
  const { client, commandTimeoutMs } = context.settings;
  const [endpoint = ''] = client.endpoints;
  const reading = await residentMemory({ endpoint, tls: client.tls, timeoutMs: commandTimeoutMs });
  if ('bytes' in reading) return reading.bytes;
  const { stdout } = context.io;
  stdout.write(`${reading.problem}\n`);
  stdout.write(`FAIL: Could not read process_resident_memory_bytes ${when} the put operations.\n`);
  return undefined;
}

export const command = defineCommand({
  usage: '[options]',
  long: 'Measures the memory that a workload takes on the server of the first endpoint.',
  flags,
  options: (flags): Options => ({ model: modelOf(flags.load), flags }),
  run,
});
