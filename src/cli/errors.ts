import { ExitCode } from './exit-codes.ts';

/** A failure with the text for `Error: …` and the exit code. `details` are further lines that say why and what to do. */
export class CliError extends Error {
  readonly exitCode: number;
  readonly details: readonly string[];
  /** Whether the command's usage follows on stderr, as after a flag error. */
  readonly showUsage: boolean;

  constructor(
    exitCode: number,
    message: string,
    options: { details?: readonly string[]; showUsage?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.details = options.details ?? [];
    this.showUsage = options.showUsage ?? false;
  }
}

/** Ends the command with an exit code and no `Error:` line, because what failed has been said already. */
export class SilentExit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit code ${exitCode}`);
    this.name = 'SilentExit';
    this.exitCode = exitCode;
  }
}

export const badArgs = (message: string): CliError => new CliError(ExitCode.BadArgs, message);
export const badFeature = (message: string): CliError => new CliError(ExitCode.BadFeature, message);
export const invalidInput = (message: string): CliError => new CliError(ExitCode.InvalidInput, message);
