import { formatSize, messageOf } from '../../../base/index.ts';
import { ClientError } from '../../../client/index.ts';
import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { ExitCode, interruptExitCode } from '../../exit-codes.ts';
import { progressBar } from '../../progress.ts';
import { only } from '../arguments.ts';
import { PartFile } from './part-file.ts';
import type { SnapshotTarget } from './stdout-target.ts';

const digestBytes = 32;
const sectorBytes = 512;

/** Downloads a snapshot; returns the server's version, empty where it does not tell. */
async function download(
  context: Context,
  endpoint: string,
  target: SnapshotTarget,
  signal: AbortSignal,
): Promise<string> {
  const client = await context.connect({ endpoints: [endpoint] });
  const bar = progressBar(context.io, 'snapshot', formatSize);
  let version = '';
  try {
    for await (const { blob, remaining_bytes, version: serverVersion } of client.maintenance.snapshot({
      ...context.explicitBounds,
      signal,
    })) {
      version = serverVersion;
      target.write(blob);
      bar.update(target.size, target.size + Number(remaining_bytes));
    }
  } finally {
    bar.clear();
  }
  // The database is a whole number of sectors, and its SHA-256 stands behind it.
  if (target.size % sectorBytes !== digestBytes) throw new Error(`sha256 checksum not found [bytes: ${target.size}]`);
  return version;
}

/** Every failure of a save has the exit code 5 in etcdctl. */
function asSaveFailure(error: unknown): CliError {
  const details = error instanceof ClientError ? error.lines() : [];
  return new CliError(ExitCode.Interrupted, messageOf(error), {
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
  const toStdout = path === '-';
  const target = toStdout ? (await import('./stdout-target.ts')).stdoutTarget(context.io) : PartFile.create(path);
  const interrupted = context.io.interrupts();
  try {
    const version = await download(context, endpoint, target, interrupted);
    target.commit();
    if (toStdout) return ExitCode.Success;
    context.io.stdout.write(`Snapshot saved at ${path}\n`);
    if (version !== '') context.io.stdout.write(`Server version ${version}\n`);
    return ExitCode.Success;
  } catch (error) {
    if (interrupted.aborted) return interruptExitCode(interrupted);
    throw asSaveFailure(error);
  } finally {
    target.discard();
  }
}

export const command = defineCommand({
  usage: '<filename>',
  long: 'Saves a snapshot of one member to a file, or with - to stdout, where its digest is checked as it passes.',
  flags: {},
  options: (_flags, invocation) => only(invocation, 'snapshot save expects one argument <filename>'),
  run,
});
