import type { AnyCommand } from '../command.ts';
import { defineCommand } from '../command.ts';
import type { CommandNode } from '../command-node.ts';
import { CliError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { helpText } from '../help.ts';
import { findPath } from './find-path.ts';

/** `help` of a tool: it has to be told which, because the tool's tree holds it. */
export const helpCommand = (tool: CommandNode): AnyCommand =>
  defineCommand({
    usage: '[command]',
    long: 'Shows help for any command: type the command behind help.',
    flags: {},
    offline: true,
    options: (_flags, { args }) => args,
    run: async (context, words) => {
      const path = findPath(tool, words);
      if (path === undefined) {
        const advice = `Run '${tool.name} --help' for usage.`;
        throw new CliError(ExitCode.Error, `unknown help topic: ${words.join(' ')}\n${advice}`);
      }
      context.io.stdout.write(helpText(path, await path.at(-1)?.load?.()));
    },
  });
