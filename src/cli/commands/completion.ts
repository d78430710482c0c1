import type { AnyCommand } from '../command.ts';
import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { completionScripts, shells } from './completion/scripts.ts';

/** `completion` of a tool: scripts that ask the tool itself what fits, each time. */
export const completionCommand = (tool: string): AnyCommand =>
  defineCommand({
    usage: '[bash|zsh|fish|powershell]',
    long: `Prints a completion script for a shell. To load it:

  bash:        source <(${tool} completion bash)
  zsh:         source <(${tool} completion zsh)
  fish:        ${tool} completion fish | source
  powershell:  ${tool} completion powershell | Out-String | Invoke-Expression`,
    flags: {},
    offline: true,
    completions: shells,
    options: (_flags, { args }) => {
      if (args.length !== 1) throw usageError(`accepts 1 arg(s), received ${args.length}`);
      const shell = shells.find((known) => known === args[0]);
      if (shell === undefined) throw usageError(`invalid argument "${args[0]}" for "${tool} completion"`);
      return shell;
    },
    run: async (context, shell) => {
      context.io.stdout.write(completionScripts[shell](tool));
    },
  });

const usageError = (message: string): CliError => new CliError(ExitCode.Error, message, { showUsage: true });
