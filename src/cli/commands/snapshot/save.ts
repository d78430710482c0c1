import { formatSize } from '../../../base/index.ts';
import { ClientError } from '../../../client/index.ts';
import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { ExitCode, interruptExitCode } from '../../exit-codes.ts';
import { progressBar } from '../../progress.ts';
import { only } from '../arguments.ts';
import { PartFile } from './part-file.ts';

const digestBytes = 32;
const sectorBytes = 512;

/** Downloads into the part file; returns the server's version, empty where it does not tell. */
async function download(context: Context, endpoint: string, part: PartFile, signal: AbortSignal): Promise<string> {
  const client = await context.connect({ endpoints: [endpoint] });
  const bar = progressBar(context.io, 'snapshot', formatSize);
  let version = '';
  try {
    for await (const { blob, remaining_bytes, version: serverVersion } of client.maintenance.snapshot({
      ...context.explicitBounds,
      signal,
    })) {
      version = serverVersion;
      part.write(blob);
      bar.update(part.size, part.size + Number(remaining_bytes));
    }
  } finally {
    bar.clear();
  }
  // The database is a whole number of sectors, and its SHA-256 stands behind it.
  if (part.size % sectorBytes !== digestBytes) throw new Error(`sha256 checksum not found [bytes: ${part.size}]`);
  return version;
}

/** Every failure of a save has the exit code 5 in etcdctl. */
function asSaveFailure(error: unknown): CliError {
  const details = error instanceof ClientError ? error.lines() : [];
  return new CliError(ExitCode.Interrupted, error instanceof Error ? error.message : String(error), {
    details,
    cause: error,
  });
}

async function run(context: Context, path: string): Promise<number> {
  const { endpoints } = context.settings.client;
  const [endpoint] = endpoints;
  if (endpoint === undefined || endpoints.length > 1) {
    throw asSaveFailure(
      new Error(`snapshot must be requested to one selected node, not multiple [${endpoints.join(' ')}]`),
    );
  }
  const interrupted = context.io.interrupts();
  const part = PartFile.create(path);
  try {
    const version = await download(context, endpoint, part, interrupted);
    part.commit();
    context.io.stdout.write(`Snapshot saved at ${path}\n`);
    if (version !== '') context.io.stdout.write(`Server version ${version}\n`);
    return ExitCode.Success;
  } catch (error) {
    if (interrupted.aborted) return interruptExitCode(interrupted);
    throw asSaveFailure(error);
  } finally {
    part.discard();
  }
}

export const command = defineCommand({
  usage: '<filename>',
  flags: {},
  options: (_flags, invocation) => only(invocation, 'snapshot save expects one argument <filename>'),
  run,
});
