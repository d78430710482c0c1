import type { CommandNode } from './command-node.ts';
import { CliError } from './errors.ts';
import { ExitCode } from './exit-codes.ts';
import { FlagError, flagName, nearestFlag } from './flags/index.ts';
import { inheritedFlags } from './program.ts';

/** Adds "did you mean --prefix?" to the failure of an unknown flag; any other failure passes as it is. */
export async function withFlagHint(error: unknown, path: readonly CommandNode[]): Promise<unknown> {
  if (!(error instanceof FlagError) || error.fault !== 'unknown-flag') return error;
  const leaf = await path.at(-1)?.load?.();
  const names = Object.keys({ ...inheritedFlags(path), ...leaf?.flags }).map(flagName);
  const nearest = nearestFlag(error.flag, names);
  if (nearest === undefined) return error;
  return new CliError(ExitCode.Error, error.message, {
    details: [`did you mean --${nearest}?`],
    showUsage: true,
    cause: error,
  });
}
