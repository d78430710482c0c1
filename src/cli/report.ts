import { messageOf } from '../base/index.ts';
import { CliError, SilentExit } from './errors.ts';
import { ExitCode } from './exit-codes.ts';
import { FlagError, UnknownCommandError } from './flags/index.ts';
import type { Io } from './io.ts';

/** What is left of a failure once it has been said: the exit code, and whether usage is to follow. */
export interface Reported {
  readonly exitCode: number;
  readonly showUsage: boolean;
}

/** Says a failure on stderr: `Error: <Go's text>`, then indented lines of ours with the cause and what mends it. */
export async function reportError(io: Io, error: unknown): Promise<Reported> {
  if (error instanceof SilentExit) return { exitCode: error.exitCode, showUsage: false };
  const failure = await asCliError(error);
  // The line is coloured as one: whoever looks for `Error: …` in the output of a terminal finds it.
  const paint = await errorPaint(io);
  io.stderr.write(`${paint(`Error: ${failure.message}`)}\n`);
  for (const detail of failure.details) io.stderr.write(`  ${detail}\n`);
  return { exitCode: failure.exitCode, showUsage: failure.showUsage };
}

/** Every kind of failure becomes an exit code here and nowhere else. */
async function asCliError(error: unknown): Promise<CliError> {
  if (error instanceof CliError) return error;
  if (error instanceof FlagError) return new CliError(ExitCode.Error, error.message, { showUsage: true, cause: error });
  if (error instanceof UnknownCommandError) {
    return new CliError(ExitCode.Error, `${error.message}\nRun '${error.parent} --help' for usage.`);
  }
  const { ClientError } = await import('../client/index.ts');
  if (error instanceof ClientError) {
    return new CliError(exitCodeOf(error.kind), error.message, { details: error.lines(), cause: error });
  }
  const { offlineHints } = await import('./offline-hints.ts');
  return new CliError(ExitCode.Error, messageOf(error), {
    details: offlineHints(error),
    cause: error,
  });
}

function exitCodeOf(kind: string): number {
  if (kind === 'config') return ExitCode.BadArgs;
  if (kind === 'construction') return ExitCode.BadConnection;
  return ExitCode.Error;
}

async function errorPaint(io: Io): Promise<(text: string) => string> {
  if (!io.stderr.isTty && io.env['FORCE_COLOR'] === undefined) return (text) => text;
  const { styles } = await import('./colors.ts');
  return styles(io.stderr, io.env).error;
}
