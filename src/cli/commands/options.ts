import type { AnyCommand } from '../command.ts';
import { defineCommand } from '../command.ts';
import type { CommandNode } from '../command-node.ts';
import { optionsText } from '../help.ts';

/** `options` of a tool: the flags that all its commands take. */
export const optionsCommand = (tool: CommandNode): AnyCommand =>
  defineCommand({
    usage: '',
    flags: {},
    offline: true,
    options: () => undefined,
    run: async (context) => {
      context.io.stdout.write(optionsText(tool));
    },
  });
