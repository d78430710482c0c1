import type { Invocation } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { flagName } from '../../flags/index.ts';

/**
 * Cobra's check of required flags.
 * @throws {CliError} exit code 1 with the usage, `required flag(s) "data-dir" not set`
 */
export function requireFlags({ given }: Invocation, names: readonly string[]): void {
  const missing = names.filter((name) => !given.has(name)).map((name) => `"${flagName(name)}"`);
  if (missing.length > 0) throw usageError(`required flag(s) ${missing.join(', ')} not set`);
}

/** Cobra's check of the number of arguments, which has another exit code than etcd's own. */
export function oneArgument({ args }: Invocation): string {
  const [only] = args;
  if (only === undefined || args.length > 1) throw usageError(`accepts 1 arg(s), received ${args.length}`);
  return only;
}

const usageError = (message: string): CliError => new CliError(ExitCode.Error, message, { showUsage: true });
